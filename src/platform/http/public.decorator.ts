import { SetMetadata } from '@nestjs/common';

/** Metadata key under which a route says who may use it; without it the process refuses to start. */
export const ROUTE_ACCESS = 'depesche:route-access';

/** Open to everybody, on purpose. */
export const Public = (): MethodDecorator & ClassDecorator => SetMetadata(ROUTE_ACCESS, { kind: 'public' });
