// Owns: the network of a C program in a page: every call says that there is none.
// Must not know: what was asked for. In Node sockets.ts is in its place.

const ENOTSUP = 58;

export const socketImports = (): WebAssembly.ModuleImports => {
  const names =
    'open secure failure standard set address close shutdown bind listen connect ready cancel accept receive send resolve'.split(
      ' ',
    );
  return Object.fromEntries(
    names.map((name) => [`socket_${name}`, () => (name === 'cancel' || name === 'failure' ? 0 : -ENOTSUP)]),
  );
};
