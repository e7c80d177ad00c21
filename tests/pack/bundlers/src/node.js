// The same on a server, where a module has no address.
import { greet } from './app.c';

console.log(await greet('node'));
