package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"time"

	"github.com/asbru-gateway/asbru/pkg/secret"
)

// signing is what the key of DerivedSecret is derived for.
const signing = "webhook/signature"

// DerivedSecret is what a cluster signs with that was given no secret for it, in the
// form of Standard Webhooks. It is shown to administrators, who give it to receivers.
func DerivedSecret(cluster secret.Key) string {
	key := cluster.Derive(signing)
	return "whsec_" + base64.StdEncoding.EncodeToString(key.Bytes())
}

// sign returns the value of webhook-signature.
func sign(key []byte, id string, at time.Time, body []byte) string {
	mac := hmac.New(sha256.New, key)
	_, _ = mac.Write(strconv.AppendInt([]byte(id+"."), at.Unix(), 10)) // a hash takes everything
	_, _ = mac.Write([]byte{'.'})
	_, _ = mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
