// What a program with threads is asked (threads.c): jobs on threads, their errors and their cancellation; posts from a thread of the program's
// own, and a loop that it runs to its end. Classic script, for Node and pages.

globalThis.caw_checks = async (Module) => {
  const wrong = [];
  const is = (what, found, wanted) => {
    if (found !== wanted) wrong.push(`${what}: ${found}, not ${wanted}`);
  };
  const alive = setInterval(() => {}, 1000); // Node does not wait for a thread of the program's own
  const { exports } = Module['cawait'];
  is('the kind', await exports['kind'](), 1);
  is('two jobs', await exports['sums'](1000), 500500 + 2001000);
  is('an error', await exports['raised']().catch(({ message }) => message), 'no such luck: 3');
  is('an async job', await exports['job_sleeps'](), 7);
  is('a thread of its own', await exports['foreign'](), 228);
  is('and again', await exports['foreign'](), 228);
  is('a wait of the main thread', await exports['blocks'](), 15);
  const before = exports['count']();
  const abort = new AbortController();
  const endless = exports['endless']({ signal: abort.signal }).catch(({ name }) => name);
  const turn = () => new Promise((done) => setTimeout(done, 1));
  while (exports['count']() === before) await turn();
  abort.abort();
  is('a job that is cancelled', await endless, 'AbortError');
  while (exports['count']() === before + 1) await turn();
  is('it has ended', exports['count'](), before + 2);
  Module['cawait'].dispose();
  clearInterval(alive);
  return wrong;
};
