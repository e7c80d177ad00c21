// A worker that has C of its own.
import { twice } from './app.cpp';
postMessage(twice(3));
