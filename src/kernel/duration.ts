const DURATION = /^P(?=\d|T\d)(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?$/u;

/** Milliseconds of an ISO 8601 duration of days, hours, minutes and seconds, such as P1DT12H; undefined otherwise. */
export function readDurationMs(text: string): number | undefined {
  const parts = DURATION.exec(text.trim())?.slice(1);
  if (!parts) return undefined;
  const [days, hours, minutes, seconds] = parts.map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
  ];
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}
