// What the bridge's tests ask of node:fs/promises: something that takes a turn of the event loop.

export const readFile = () => new Promise((resolve) => setTimeout(resolve));
