// Owns: how the parts that not every module needs are got: by import(), when one is needed.
// Must not know: who needs them. Where import() is forbidden, static.ts has them all.

import { CawError } from '../base/errors.ts';

export const parts = {
  /** Every module; asked for before it is there. */
  late: () => import('../run/late.ts'),
  libc: () => import('../libc/libc.ts'),
  files: () => import('../libc/files.ts'),
  exports: () => import('../bridge/exports.ts'),
  compound: () => import('../bridge/compound.ts'),
  failures: () => import('../bridge/failures.ts'),
  values: () => import('../bridge/values.ts'),
  function: () => import('../bridge/function.ts'),
  promise: () => import('../bridge/promise.ts'),
  fetch: () => import('../web/fetch.ts'),
  /** Node's has sockets, and other workers. */
  web: () => import('../web/page-web.ts'),
  /** Only where there is a CAW_MAIN. */
  interrupt: () => import('../run/interrupt.ts'),
  context: () => import('../bridge/context.ts'),
  /** Only where it is asked for. */
  debug: () => import('../run/debug.ts'),
  /** Only when an instance is closed with patience. */
  close: () => import('../run/close.ts'),
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
  preopens?: () => Promise<typeof import('../libc/preopens.ts')>;
};
