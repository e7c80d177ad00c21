// What main.c with NONE has as its --post-js: somebody who calls it. Emscripten puts it into the program.

Module['onRuntimeInitialized'] = async () => console.log(`answer ${await Module.answer()}`);
