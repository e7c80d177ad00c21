// Owns: how the parts that not every module needs are got: by import(), when one is needed.
// Must not know: who needs them. Where import() is forbidden, static.ts has them all.

import { CawError } from './errors.ts';

export const parts = {
  /** Every module; asked for before it is there. */
  late: () => import('./late.ts'),
  libc: () => import('./libc.ts'),
  files: () => import('./files.ts'),
  exports: () => import('./exports.ts'),
  compound: () => import('./compound.ts'),
  failures: () => import('./failures.ts'),
  values: () => import('./values.ts'),
  function: () => import('./function.ts'),
  promise: () => import('./promise.ts'),
  fetch: () => import('./fetch.ts'),
  /** Node's has sockets, and other workers. */
  web: () => import('./page-web.ts'),
  /** Only where there is a CAW_MAIN. */
  interrupt: () => import('./interrupt.ts'),
  context: () => import('./context.ts'),
  /** Only where it is asked for. */
  debug: () => import('./debug.ts'),
  /** Only when an instance is closed with patience. */
  close: () => import('./close.ts'),
  /** Why something is refused takes many words. */
  refusal: () => import('./refusal.ts'),
  /** What an import() failed with: that cannot be imported. */
  failed(cause: unknown): never {
    throw new CawError('LoadError', `cawait: ${cause}: where import() is forbidden, import 'cawait/static'`, { cause });
  },
};

type All = typeof parts;
export type Parts = { [name in keyof All]: All[name] | (() => Awaited<ReturnType<All[name]>>) } & {
  /** Where there is a file system. */
  preopens?: () => Promise<typeof import('./preopens.ts')>;
};
