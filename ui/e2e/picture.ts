import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";

/** Where the pictures are kept: they are those of the documentation. */
const kept = fileURLToPath(new URL("../../docs/images", import.meta.url));
/** Where it is shown what differs. */
const differing = fileURLToPath(new URL("../../.cache/pictures", import.meta.url));

/** Takes pictures anew instead of comparing them. */
export const updating = process.env.ASBRU_UPDATE_PICTURES === "1";

/**
 * The share of the picture that may differ. Fonts of another system move letters a little; what
 * somebody has broken is more than that.
 */
const tolerated = 0.01;

/** What is to be said against a picture; nothing, where it is what is kept. */
export function compared(name: string, taken: Buffer): string {
  const file = join(kept, `${name}.png`);
  if (updating) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, taken);
    return "";
  }
  if (!existsSync(file)) return `${name}: there is no such picture; ASBRU_UPDATE_PICTURES=1 takes it`;
  const [was, is] = [PNG.sync.read(readFileSync(file)), PNG.sync.read(taken)];
  if (was.width !== is.width || was.height !== is.height)
    return `${name}: is ${is.width} × ${is.height}, was ${was.width} × ${was.height}`;
  const shown = new PNG({ width: was.width, height: was.height });
  const differ = pixelmatch(was.data, is.data, shown.data, was.width, was.height, { threshold: 0.2 });
  const share = differ / (was.width * was.height);
  if (share <= tolerated) return "";
  mkdirSync(differing, { recursive: true });
  writeFileSync(join(differing, `${name}-is.png`), taken);
  writeFileSync(join(differing, `${name}-differs.png`), PNG.sync.write(shown));
  return `${name}: ${(share * 100).toFixed(1)} % differs; see ${differing}`;
}
