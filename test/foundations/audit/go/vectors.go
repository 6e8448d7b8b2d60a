// Writes what Go's packages make of trees over the entries "0", "1", "2", …: the vectors of test/vectors/go-tlog.json.
package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var read []tlog.Hash
	for _, index := range indexes {
		read = append(read, s[index])
	}
	return read, nil
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func text(proof []tlog.Hash) []string {
	list := []string{}
	for _, hash := range proof {
		list = append(list, hash.String())
	}
	return list
}

func main() {
	var hashes stored
	roots := []string{}
	inclusion := []interface{}{}
	consistency := []interface{}{}
	for size := int64(0); size <= 300; size++ {
		if size > 0 {
			more, err := tlog.StoredHashes(size-1, []byte(fmt.Sprint(size-1)), hashes)
			must(err)
			hashes = append(hashes, more...)
		}
		root, err := tlog.TreeHash(size, hashes)
		must(err)
		if size == 0 {
			// The package has no root for no entries; RFC 9162 has: the hash of nothing.
			root = sha256.Sum256(nil)
		}
		roots = append(roots, root.String())
		if size == 0 || (size > 12 && size%41 != 0 && (size < 255 || size > 257) && size != 300) {
			continue
		}
		for _, index := range []int64{0, size / 3, size / 2, size - 1} {
			proof, err := tlog.ProveRecord(size, index, hashes)
			must(err)
			inclusion = append(inclusion, map[string]interface{}{"size": size, "index": index, "proof": text(proof)})
		}
		for _, from := range []int64{1, 1 + size/3, 1 + size/2, size} {
			if from > size {
				continue
			}
			proof, err := tlog.ProveTree(size, from, hashes)
			must(err)
			consistency = append(consistency, map[string]interface{}{"from": from, "to": size, "proof": text(proof)})
		}
	}
	paths := []string{}
	for _, tile := range []tlog.Tile{{H: 8, L: 0, N: 0, W: 256}, {H: 8, L: 0, N: 0, W: 5}, {H: 8, L: 1, N: 999, W: 256}, {H: 8, L: 2, N: 1000, W: 1}, {H: 8, L: 0, N: 1234067, W: 8}, {H: 8, L: 7, N: 1000000, W: 255}} {
		paths = append(paths, strings.Replace(tile.Path(), "tile/8/", "tile/", 1))
	}

	// A key from a fixed seed.
	seed := strings.NewReader(strings.Repeat("lethe vectors are public: 32 byte", 8))
	skey, vkey, err := note.GenerateKey(seed, "privacy.example/log/main")
	must(err)
	signer, err := note.NewSigner(skey)
	must(err)
	signed, err := note.Sign(&note.Note{Text: "privacy.example/log/main\n300\n" + roots[300] + "\n"}, signer)
	must(err)
	raw, err := base64.StdEncoding.DecodeString(skey[strings.LastIndex(skey, "+")+1:])
	must(err)
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	must(encoder.Encode(map[string]interface{}{
		"made with": "golang.org/x/mod/sumdb (note, tlog)",
		"roots":     roots, "inclusion": inclusion, "consistency": consistency, "tilePaths": paths,
		"seed": base64.StdEncoding.EncodeToString(raw[1:]), "vkey": vkey, "signedNote": string(signed),
	}))
}
