/** CSV of `count` contacts whose numbers end in digits for which the simulator has no special behaviour. */
export function contactsCsv(count: number, firstNumber = 4915100000000): string {
  const rows = Array.from({ length: count }, (_, index) => {
    return `c${index},Kund_${index},+${numberOf(index, firstNumber)},V${index},${(index * 37) % 1000}`;
  });
  return ['id,first_name,wa,voucher,amount', ...rows].join('\r\n');
}

/** Number of the n-th contact of `contactsCsv`. */
export function numberOf(index: number, firstNumber = 4915100000000): string {
  return String(firstNumber + Math.floor(index / 80) * 100 + (index % 80));
}
