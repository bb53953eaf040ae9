// Jest keeps a process for many test files, and each file loads the whole product anew. This environment keeps the
// later files as quick as the first: code that was compiled once is not parsed again, and nothing that a file has left
// in the core of Node holds its memory or is asked at every step of the next one.
const { AsyncLocalStorage } = require('node:async_hooks');
const { PerformanceObserver } = require('node:perf_hooks');
const vm = require('node:vm');
const { TestEnvironment } = require('jest-environment-node');

const compiled = new Map();
const { compileFunction } = vm;

// Without the callback for dynamic imports, which become calls of require here: Node never lets go of a function that
// has one, nor of all that it can reach.
vm.compileFunction = (source, params, { importModuleDynamically: _none, ...options }) => {
  const known = compiled.get(options.filename);
  if (known?.source !== source) {
    // Most runs of a developer are of one file.
    compiled.set(options.filename, { source });
    return compileFunction(source, params, options);
  }
  if (known.data) return compileFunction(source, params, { ...options, cachedData: known.data });
  const result = compileFunction(source, params, { ...options, produceCachedData: true });
  known.data = result.cachedData;
  return result;
};

/** Notes who calls a method, to undo it later. */
function track(prototype, method, undo) {
  const users = new Set();
  const original = prototype[method];
  prototype[method] = function (...args) {
    users.add(this);
    return original.apply(this, args);
  };
  return () => {
    for (const user of users) undo(user);
    users.clear();
  };
}

const leftovers = [
  track(AsyncLocalStorage.prototype, 'run', (storage) => storage.disable()),
  track(AsyncLocalStorage.prototype, 'enterWith', (storage) => storage.disable()),
  track(PerformanceObserver.prototype, 'observe', (observer) => observer.disconnect()),
];

module.exports = class extends TestEnvironment {
  async teardown() {
    await super.teardown();
    for (const undo of leftovers) undo();
  }
};
