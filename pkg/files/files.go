package files

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

// File is what is known of a file.
type File struct {
	ID      string    `json:"-"`
	Name    string    `json:"name"`
	Purpose string    `json:"purpose"`
	Bytes   int64     `json:"bytes"`
	Created time.Time `json:"created"`
	// Stretches are what the file is made of, in their order.
	Stretches []Stretch `json:"stretches"`
}

// Stretch is what one writer has written of a file.
type Stretch struct {
	Writer uint64 `json:"writer"`
	Parts  int    `json:"parts"`
	Bytes  int64  `json:"bytes"`
}

const (
	// Prefix begins each file's id.
	Prefix = "file-asbru-"
	// Life is how long a file is kept.
	Life = 30 * 24 * time.Hour
	// PartBytes is the size of a part. Sealed it fits in a mebibyte.
	PartBytes = 1<<20 - 1<<10
	// MaxBytes is how large a file may be that a caller brings.
	MaxBytes = 200 << 20
	// MaxOwned is how much there may be of one owner's files when another one is taken.
	MaxOwned = 5 << 30
)

// Errors of a [Store].
var (
	// ErrNotFound: there is no such file, or it is another owner's.
	ErrNotFound = errors.New("files: not found")
	// ErrTooLarge: the file is larger than it may be.
	ErrTooLarge = errors.New("files: too large")
	// ErrFull: the owner has [MaxOwned] bytes already.
	ErrFull = errors.New("files: too many")
)

// Expires is when the file will be gone.
func (f *File) Expires() time.Time { return f.Created.Add(Life) }

// Describe returns a file as OpenAI's API shows it.
func (f *File) Describe() []byte {
	b, err := json.Marshal(struct {
		ID        string `json:"id"`
		Object    string `json:"object"`
		Bytes     int64  `json:"bytes"`
		CreatedAt int64  `json:"created_at"`
		ExpiresAt int64  `json:"expires_at"`
		Filename  string `json:"filename"`
		Purpose   string `json:"purpose"`
		Status    string `json:"status"`
	}{f.ID, "file", f.Bytes, f.Created.Unix(), f.Expires().Unix(), f.Name, f.Purpose, "processed"})
	if err != nil { // nothing in it can fail
		panic(err)
	}
	return b
}

// Store is the files of a cluster. Safe for concurrent use.
type Store struct {
	conn *bus.Conn
	seal secret.Key
	mac  secret.Key // what lies in the bucket tells nothing of callers
}

// NewStore returns the cluster's files.
func NewStore(conn *bus.Conn) *Store {
	return &Store{conn: conn, seal: conn.Derive("files"), mac: conn.Derive("file-owner")}
}

// Owner is who a caller is to the store: one name for each. While the secret key is
// exchanged it is a list with commas: what is made belongs to the first name, what there
// is may belong to any; see [Names].
func (s *Store) Owner(caller string) string {
	var names []string
	for key := range s.mac.All() {
		h := hmac.New(sha256.New, key.Bytes())
		h.Write([]byte(caller))
		names = append(names, hex.EncodeToString(h.Sum(nil)[:idBytes]))
	}
	return strings.Join(names, ",")
}

// Names are the names of an owner. There is one at least.
func Names(owner string) []string { return strings.Split(owner, ",") }

// idBytes is enough for no two to be the same.
const idBytes = 16

// NewID returns a file's id that there has not been.
func NewID() string {
	var b [idBytes]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return Prefix + hex.EncodeToString(b[:])
}

// Ours says whether an id is one that this package gives out.
func Ours(id string) bool {
	digits, ok := strings.CutPrefix(id, Prefix)
	if !ok || len(digits) != 2*idBytes {
		return false
	}
	_, err := hex.DecodeString(digits)
	return err == nil && strings.ToLower(digits) == digits
}
