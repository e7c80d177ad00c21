// The front page's only moving part: the source of the gallery's first lesson.

import { element } from './dom.js';
import { showSource } from './source.js';

showSource(element('sample', HTMLPreElement), '/lessons/01-together.c');
