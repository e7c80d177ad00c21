// Drawing once a frame while something runs. What is drawn it is given.

const calm = matchMedia('(prefers-reduced-motion: reduce)');

// Who asked for less motion sees the bars grow in steps.
const CALM_STEP = 250;

/** Draws until told to stop by calling what it returns, and a last time then. @param {(final: boolean) => void} draw */
export function animate(draw) {
  let last = -Infinity;
  let frame = requestAnimationFrame(function next(now) {
    if (!calm.matches || now - last >= CALM_STEP) {
      last = now;
      draw(false);
    }
    frame = requestAnimationFrame(next);
  });
  return () => {
    cancelAnimationFrame(frame);
    draw(true);
  };
}
