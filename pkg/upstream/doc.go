// Package upstream owns the connections to providers: dialling, TLS, proxies,
// keep-alive, deadlines, cancellation, and HTTP/1.1 framing of answers.
//
// An [Origin] is one provider's address. A call takes a [Conn] from it, sends
// one request, reads the [Head] and pulls the body, and releases the connection:
//
//	Origin.Idle or Connect → Conn.Send → Conn.ReadHead → Conn.Next … → Conn.Release
//
// A [Cut] ends a call from another goroutine in whatever step it is. The package
// never repeats a request; its errors say whether the provider may have seen it.
// Retries, keys and slots are other packages' business.
package upstream
