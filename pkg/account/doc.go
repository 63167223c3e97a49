// Package account is who may use the admin API: people who sign in, their sessions,
// and API tokens for programs. They are not the users of the governance section, who
// own virtual keys and call models.
//
// A password or a token goes into a [Guard], which finds out in [Records] whose it is;
// out comes a [Caller] with a role and, maybe, the teams that it is confined to. What a
// role may do is the admin API's own affair.
//
// Of passwords an argon2id hash is kept, of tokens a digest: neither can be read out
// of the store.
package account
