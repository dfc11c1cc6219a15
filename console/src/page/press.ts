// A button that is drawn anew between the finger's going down and up never hears of the tap: drawing waits.

let pressed = false;
let waiting: (() => void) | null = null;

function lift(): void {
  // After the click, which follows the finger's going up.
  setTimeout(() => {
    pressed = false;
    waiting?.();
    waiting = null;
  });
}

addEventListener('pointerdown', () => {
  pressed = true;
}, true);
addEventListener('pointerup', lift, true);
addEventListener('pointercancel', lift, true);
addEventListener('blur', lift);

/** Draw now, or once no finger is down. */
export function unlessPressed(draw: () => void): void {
  if (pressed) waiting = draw;
  else draw();
}
