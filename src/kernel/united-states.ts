/** Area codes of country code 1 that belong to other countries and to islands. */
const CANADA =
  '204 226 236 249 250 257 263 289 306 343 354 365 367 368 382 387 403 416 418 428 431 437 438 450 468 474 506 514 519 548 579 581 584 587 600 604 613 639 647 672 683 705 709 742 753 778 780 782 807 819 825 867 873 879 902 905 942';
const ISLANDS =
  '242 246 264 268 284 340 345 441 473 649 658 664 670 671 684 721 758 767 784 787 809 829 849 868 869 876 939';
const ELSEWHERE = new Set(`${CANADA} ${ISLANDS}`.split(' '));

/** Whether a WhatsApp id (digits only) is a number with an area code of the United States, islands left out. */
export function isUnitedStatesNumber(id: string): boolean {
  return /^1[2-9]\d{9}$/u.test(id) && !ELSEWHERE.has(id.slice(1, 4));
}
