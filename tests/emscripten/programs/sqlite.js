// What is asked of sqlite.c, in Node and in pages: one string a mistake. A plain script, for both.

globalThis.caw_checks = async (Module) => {
  const wrong = [];
  const check = (what, good) => good || wrong.push(what);
  const rejection = (promise) => promise.then(String, (error) => error);
  const query = (sql, parameters = [], options = {}) => Module.query(sql, parameters, options);

  await query('CREATE TABLE people(name TEXT, age INTEGER, photo BLOB)');
  const insert = 'INSERT INTO people VALUES(?, ?, ?)';
  await Promise.all([
    query(insert, ['Ada', 36, null]),
    query(insert, ['Grüße€', 2n ** 60n, new Uint8Array([1, 0, 2])]),
  ]);
  const [ada, other] = await query('SELECT * FROM people ORDER BY age');
  check(`a row: ${JSON.stringify(ada)}`, JSON.stringify(ada) === '{"name":"Ada","age":36,"photo":null}');
  check('text, a BigInt, bytes', other.name === 'Grüße€' && other.age === 2n ** 60n && String(other.photo) === '1,0,2');
  check('a parameter', (await query('SELECT age FROM people WHERE name = ?', ['Ada']))[0].age === 36);
  const typo = await rejection(query('SELEC 1'));
  check(`an error of sqlite: ${typo}`, typo.name === 'ValueError' && /near "SELEC"/.test(typo.message));
  check('no SQL value', (await rejection(query('SELECT ?', [() => {}]))).name === 'TypeError');

  // One that never ends: a row for each 1000 numbers. Others, and the page, have their turns.
  const numbers = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i % 1000 = 0';
  const controller = new AbortController();
  const endless = rejection(query(numbers, [], { signal: controller.signal }));
  const finite = await query(`${numbers} LIMIT ?`, [500]);
  check('another query meanwhile', finite.length === 500 && finite[499].i === 500000);
  check('the first goes on', Module.statements() === 1);
  let turns = 0;
  const reason = new Error('enough');
  await new Promise((done) => {
    const turn = () => (++turns < 5 ? setTimeout(turn) : done(controller.abort(reason)));
    setTimeout(turn);
  });
  check('the page has turns, and aborts it', (await endless) === reason);
  check('and it is finalized', Module.statements() === 0);
  check('what was there is there', (await query('SELECT count(*) AS n FROM people'))[0].n === 2);

  // A step that comes to no row cannot be left, and is ended.
  const count = await rejection(query(`SELECT count(*) FROM (${numbers})`));
  check(`too much for one step: ${count}`, count.name === 'TimeoutError' && /no row/.test(count.message));
  check('nor is that left', Module.statements() === 0);

  const { calls, frames, handles } = Module.cawait.stats();
  check(`nothing left: ${JSON.stringify(Module.cawait.stats())}`, !(calls + frames + handles));
  return wrong;
};
