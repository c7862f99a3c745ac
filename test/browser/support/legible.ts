import type { FrameLocator } from 'playwright-core';

/** Texts of a page that are cut off: by what holds them, or at the edge of the page. */
export function cutOff(frame: FrameLocator): Promise<string[]> {
  return frame.locator('body').evaluate((body) => {
    const cut: string[] = [];
    for (const element of body.querySelectorAll<HTMLElement>('*')) {
      const own = [...element.childNodes].some(
        (node) => node.nodeType === 3 && node.textContent?.trim() !== '',
      );
      if (!own || element.closest('pre, .visually-hidden, [hidden]') !== null) continue;
      const box = element.getBoundingClientRect();
      if (box.width === 0 || box.height === 0) continue;
      const { overflowX } = getComputedStyle(element);
      const hides = overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1;
      const leaves = box.right > body.clientWidth + 1 || box.left < -1;
      if (hides || leaves)
        cut.push(`${element.className || element.tagName}: ${element.innerText.slice(0, 60)}`);
    }
    return cut;
  });
}

/** Texts with less contrast than WCAG's 4.5 : 1 to what is behind them, zeros and disabled ones apart. */
export function faintTexts(frame: FrameLocator): Promise<string[]> {
  return frame.locator('body').evaluate((body) => {
    const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    if (context === null) return ['no canvas'];
    /** The colour that is seen where these are painted one over the other. */
    const painted = (colours: readonly string[]): number[] => {
      context.clearRect(0, 0, 1, 1);
      for (const colour of colours) {
        context.fillStyle = colour;
        context.fillRect(0, 0, 1, 1);
      }
      return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
    };
    const luminance = (colour: readonly number[]): number => {
      const [red = 0, green = 0, blue = 0] = colour.map((one) => {
        const part = one / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const faint: string[] = [];
    for (const element of body.querySelectorAll<HTMLElement>('.report *')) {
      const own = [...element.childNodes].some(
        (node) => node.nodeType === 3 && node.textContent?.trim() !== '',
      );
      if (
        !own ||
        element.closest('.zero, .visually-hidden, [hidden], vscode-button, vscode-checkbox') !== null
      )
        continue;
      const grounds: string[] = [];
      for (let at: Element | null = element; at !== null; at = at.parentElement) {
        grounds.unshift(getComputedStyle(at).backgroundColor);
      }
      const behind = luminance(painted(grounds));
      const text = luminance(painted([...grounds, getComputedStyle(element).color]));
      const contrast = (Math.max(behind, text) + 0.05) / (Math.min(behind, text) + 0.05);
      if (contrast < 4.5)
        faint.push(`${element.className}: ${element.innerText.slice(0, 40)} ${contrast.toFixed(2)}`);
    }
    return faint;
  });
}
