/**
 * Writes a volume of an earlier form into a folder, to try things by hand:
 * `node dist/test/support/old-volumes/make.js FORM DIR [--damaged] [--more N]`.
 */
import { lay } from '../../layout/folder.js';
import { OLD_FORMS, oldVolume } from './volumes.js';

const [form, folder, ...options] = process.argv.slice(2);
const known = OLD_FORMS.find((each) => each === form);
if (known === undefined || folder === undefined) {
  process.stderr.write(`usage: make.js ${OLD_FORMS.join('|')} DIR [--damaged] [--more N]\n`);
  process.exitCode = 2;
} else {
  const more = options.includes('--more') ? Number(options[options.indexOf('--more') + 1]) : 0;
  const volume = await oldVolume(known, { damaged: options.includes('--damaged'), more });
  await lay(folder, volume.files);
  process.stdout.write(`${Object.keys(volume.files).length} files, ${volume.images.length} images\n`);
}
