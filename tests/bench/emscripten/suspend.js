// What suspend.c imports: promises, for which it is suspended. Emscripten evaluates this when it links.
// It must not know which of the two suspends it.

addToLibrary({
  $caw_settled: '=Promise.resolve(1)',
  settled__deps: ['$caw_settled'],
  settled__async: 'auto',
  settled: () => caw_settled,

  // A child with a stack of its own, which begins at once.
  child_of__deps: ['once'],
  child_of__async: 'auto',
  child_of: (n) => _once(n),
});
