import { Controller, Module, Post, Req } from '@nestjs/common';
import { DiscoveryModule, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../../src/platform/errors/api-error.js';
import { Direct, DirectRoutes } from '../../../src/platform/http/direct-routes.js';
import { Public } from '../../../src/platform/http/public.decorator.js';
import { Logger } from '../../../src/platform/logging/logger.js';

const logger = { provide: Logger, useValue: { error: () => undefined } };

@Controller('bells')
class Bells {
  @Post('/ring')
  @Public()
  @Direct()
  ring(@Req() { rawBody }: FastifyRequest): Promise<string> {
    if (rawBody?.length === 2) throw new ApiError('forbidden', 'bell.silent', 'This bell does not ring.');
    return Promise.resolve(`rung by ${rawBody?.toString() ?? 'nobody'}`);
  }

  @Post('look')
  @Public()
  look(): string {
    return 'looked at';
  }
}

@Controller('safes')
class Safes {
  @Post()
  @Direct()
  open(): Promise<string> {
    return Promise.resolve('open');
  }
}

@Module({ imports: [DiscoveryModule], controllers: [Bells], providers: [logger] })
class BellsModule {}

@Module({ imports: [DiscoveryModule], controllers: [Safes], providers: [logger] })
class SafesModule {}

const appOf = (module: new () => object): Promise<NestFastifyApplication> =>
  NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), { logger: false });

describe('direct routes', () => {
  const direct = new DirectRoutes({ bodyLimit: 100 });
  let app: NestFastifyApplication;

  beforeAll(async () => {
    app = await appOf(BellsModule);
    await direct.open(app);
  });

  afterAll(() => app.close());

  const post = (payload: string, type = 'application/json') =>
    direct.fastify.inject({ method: 'POST', url: '/bells/ring', payload, headers: { 'content-type': type } });

  it('are those that are marked, by POST, with any query', () => {
    const matched = ['/bells/ring', '/bells/ring?by=hand', '/bells/ring/', '/bells/look', '/bells'].filter(
      (url) => direct.match({ method: 'POST', url } as never),
    );
    expect(matched).toEqual(['/bells/ring', '/bells/ring?by=hand']);
    expect(direct.match({ method: 'GET', url: '/bells/ring' } as never)).toBe(false);
  });

  it('give their method the bytes of the body, whatever they are, and its text to the caller', async () => {
    const { statusCode, body } = await post('{"not": json');
    expect([statusCode, body]).toEqual([200, 'rung by {"not": json']);
  });

  it.each([
    ['what the method throws', '{}', undefined, 403, 'bell.silent'],
    ['another type', 'a=b', 'text/plain', 415, 'unsupported.media.type'],
    ['a body that is too long', ' '.repeat(101), undefined, 413, 'response.entity.too.large'],
  ])('answer %s by the usual error', async (_what, payload, type, status, code) => {
    const answer = await post(payload, type);
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ status, code, contextId: expect.any(String) });
  });

  it('must be public, since no guard looks after them', async () => {
    const safes = await appOf(SafesModule);
    await expect(new DirectRoutes({}).open(safes)).rejects.toThrow(/open is a direct route.*must be public/u);
    await safes.close();
  });
});
