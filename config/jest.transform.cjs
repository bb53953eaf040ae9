// Our TypeScript, and packages that ship only ES modules, become CommonJS for Jest; CommonJS passes through.
const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { transformSync } = require('@swc/core');
const { version } = require('@swc/core/package.json');

const LOOKS_LIKE_ESM =
  /^\s*(?:import\s*[\w*{"']|export\s*(?:[{*]|default\b|const\b|let\b|var\b|class\b|async\b|function\b))|\bimport\.meta\b/m;
// CommonJS that loads an ES module by name (@fastify/cookie): Jest can't, so it becomes a require.
const LOADS_ESM = /\bawait import\(['"]/;
const self = readFileSync(__filename);
const common = { module: { type: 'commonjs' }, sourceMaps: 'inline', swcrc: false };

const typescript = (filename) => ({
  ...common,
  filename,
  jsc: {
    target: 'es2023',
    keepClassNames: true,
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
  },
});

const ecmascript = (filename) => ({
  ...common,
  sourceMaps: false,
  filename,
  jsc: { target: 'es2023', parser: { syntax: 'ecmascript' } },
});

module.exports = {
  getCacheKey(source, file, options) {
    const hash = createHash('sha1').update(version).update(self).update(file).update(source);
    return hash.update(options.configString).update(String(options.instrument)).digest('hex');
  },
  process(source, file) {
    if (/\.[cm]?ts$/.test(file)) return transformSync(source, typescript(file));
    if (!LOOKS_LIKE_ESM.test(source) && !LOADS_ESM.test(source)) return { code: source };
    return transformSync(source, ecmascript(file));
  },
};
