// Entry of `npm start`, `npm test` and `npm run check`. Plain Node: it runs before anything is installed.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Depesche needs Node.js 20.19 or newer; this is ${process.versions.node} (${process.execPath}).`,
  );
  process.exit(78);
}
const { bootstrap } = await import('./bootstrap/bootstrap.mjs');
process.exitCode = await bootstrap(process.argv.slice(2));
