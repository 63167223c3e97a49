// Package pii finds personal data and credentials in texts, puts placeholders in their
// places, and puts the values back.
//
// A [Finder] goes over a text once and checks what looks like something: a card number by
// its check digit, an IBAN by its length and its check digits, a social security number by
// the ranges that are given out, an address by its form. A [Vault] keeps the values of one
// call: what was found becomes [EMAIL_1] on the way to the model, and [EMAIL_1] becomes
// the value again on the way back, also where a stream cuts it in two (a [Restorer]).
//
// It knows forms, not meanings: a name or a street is not found. It decides nothing; what
// is done about a match is the guardrail's affair.
package pii
