// A user of a program whose types emcc has written (--emit-tsd) and `cawait types`: they agree. Compiled, not run.
import type { App } from 'cawait';
import factory, { type MainModule } from './typed.mjs';
import type { Exports } from './typed.wasm';

type Program = MainModule & Exports & { cawait: App<Exports> & { dispose(): void } };

export async function use(signal: AbortSignal): Promise<number> {
  const program = (await factory()) as Program;
  const sum: number = await program.add(1, 2, { signal });
  const half: number = program.half(sum);
  const text: string = await program.twice('a');
  // @ts-expect-error A promise is no number.
  const wrong: number = program.add(1, 2);
  // @ts-expect-error Text is no number.
  void program.half('3');
  // What emcc says of the program's own main().
  const main: (argc: number, argv: number) => number = program._main;
  void main;
  program.cawait.setBudget({ jobs: 10 });
  const same: Promise<string> = program.cawait.exports.twice(text);
  program.cawait.dispose();
  return half + wrong + (await same).length + program.cawait.stats().calls;
}
