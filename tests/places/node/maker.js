// The programs of the bridge's tests where there is no Node: somebody else has built them.
// It must not know what is tested.

/** @type {(name: string) => unknown} */
let get = (name) => {
  throw new Error(`nobody has made ${name}`);
};

/** Where programs come from, by the name of their file, and flags after it. @param {(name: string) => unknown} from */
export const provide = (from) => void (get = from);

/** @param {URL} source @param {string[]} [flags]  @returns {Promise<any>} bytes, or a module */
export const build = async (source, flags = []) => get([source.pathname.split('/').pop(), ...flags].join(' '));

/** @type {Map<string, Promise<any>>} */
const modules = new Map();

/** @param {URL} source  @returns {Promise<any>} */
export function compiled(source) {
  const known = modules.get(source.href) ?? build(source);
  modules.set(source.href, known);
  return known;
}

/** @returns {Promise<{ code: number | null, out: string, ms: number }>} */
export async function process_() {
  throw new Error('there are no processes here');
}

export const pathToFileURL = undefined;
