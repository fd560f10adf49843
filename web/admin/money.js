// Sums of decimal strings of one currency, exact: in the last decimal place as whole numbers.
const minor = (text) => BigInt(text.replace(".", ""));
const format = (number, places) => {
  const digits = number.toString().padStart(places + 1, "0");
  return places ? `${digits.slice(0, -places)}.${digits.slice(-places)}` : digits;
};

export const isPositive = (text) => minor(text) > 0n;
export const difference = (one, other) => format(minor(one) - minor(other), (one.split(".")[1] ?? "").length);
export const money = (amount, currency) => `${amount} ${currency}`;

// What is left of the money of an order or of a seller's part; null when the amounts are not known.
export const left = (one) => (one.captured === undefined || one.refund_promised === undefined
  ? null : difference(one.captured, one.refund_promised));
