import { isUnitedStatesNumber } from '../../../src/kernel/united-states.js';

it.each(['12125550123', '14155550123', '13055550123'])('%s is a number of the United States', (id) =>
  expect(isUnitedStatesNumber(id)).toBe(true),
);

it.each([
  ['14165550123', 'Canada'],
  ['18765550123', 'Jamaica'],
  ['17875550123', 'Puerto Rico'],
  ['4915112345678', 'Germany'],
  ['1212555012', 'a digit too few'],
  ['11125550123', 'no area code'],
])('%s is none: %s', (id) => expect(isUnitedStatesNumber(id)).toBe(false));
