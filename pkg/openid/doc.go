// Package openid signs people in at an OpenID provider: the authorization code flow with
// PKCE, a state and a nonce.
//
//	p, err := openid.Discover(ctx, settings)
//	begun := p.Begin()                       // send the browser to begun.Address, keep the rest sealed
//	who, err := p.Finish(ctx, code, &begun)  // when it comes back with a code
//
// What comes out is who the provider says that they are. It is issuer and subject that
// make a person; names and addresses change hands.
package openid
