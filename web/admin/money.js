// Sums of decimal strings of one currency, exact: in the last decimal place as whole numbers.
const minor = (text) => BigInt(text.replace(".", ""));
const written = (number, places) => {
  const digits = number.toString().padStart(places + 1, "0");
  return places ? `${digits.slice(0, -places)}.${digits.slice(-places)}` : digits;
};

export const isPositive = (text) => minor(text) > 0n;
export const difference = (one, other) => written(minor(one) - minor(other), (one.split(".")[1] ?? "").length);
export const money = (amount, currency) => `${amount} ${currency}`;

// What is still with the shop of an order's, or of a seller's part's, money; null when it is not said.
export const left = (one) => (one.captured === undefined || one.refund_promised === undefined
  ? null : difference(one.captured, one.refund_promised));
