// Command check judges a log over HTTP with Go's own golang.org/x/mod/sumdb/note and /tlog, and no code of ours.
//
//	go run check.go LOG_URL VERIFIER_KEY PROOF_FILE ENTRY_FILE OLD_CHECKPOINT_FILE CONSISTENCY_FILE
//
// PROOF_FILE is a .tlog-proof of the entry in ENTRY_FILE, with its salt (docs/log-format.md); CONSISTENCY_FILE has one base64 hash a line. Prints one line
// for each thing that was found right, and ends with 1 at the first that was not.
package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func fail(format string, args ...interface{}) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
	os.Exit(1)
}

func must(what string, err error) {
	if err != nil {
		fail("%s: %v", what, err)
	}
}

func get(url string) []byte {
	response, err := http.Get(url)
	must(url, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	must(url, err)
	if response.StatusCode != 200 {
		fail("%s: %s", url, response.Status)
	}
	return body
}

func file(name string) []byte {
	content, err := os.ReadFile(name)
	must(name, err)
	return content
}

// open checks the signature of a checkpoint with Go's note package and reads its three lines.
func open(message []byte, verifier note.Verifier) tlog.Tree {
	opened, err := note.Open(message, note.VerifierList(verifier))
	must("note.Open", err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		fail("checkpoint: unexpected text %q", opened.Text)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must("size", err)
	root, err := tlog.ParseHash(lines[2])
	must("root", err)
	return tlog.Tree{N: size, Hash: root}
}

// parseProof reads the extra data, the hashes and the checkpoint of a C2SP tlog-proof.
func parseProof(content []byte) (extra []byte, index int64, proof tlog.RecordProof, checkpoint []byte) {
	parts := strings.SplitN(string(content), "\n\n", 2)
	lines := strings.Split(parts[0], "\n")
	if len(parts) != 2 || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		fail("proof: not a tlog-proof")
	}
	extra, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	must("proof: extra", err)
	index, err = strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	must("proof: index", err)
	return extra, index, hashes(lines[3:]), []byte(parts[1])
}

// leaf makes the commitment that stands in the log of version, salt and entry.
func leaf(opening []byte) []byte {
	if len(opening) < 33 || opening[0] != 1 {
		fail("leaf: not an opening of version 1")
	}
	digest := sha256.Sum256(opening[1:])
	return append([]byte{opening[0]}, digest[:]...)
}

func hashes(lines []string) []tlog.Hash {
	var list []tlog.Hash
	for _, line := range lines {
		hash, err := tlog.ParseHash(line)
		must("proof: hash", err)
		list = append(list, hash)
	}
	return list
}

// tiles reads the log's tiles: C2SP tlog-tiles leaves the height out of the path.
type tiles struct{ url string }

func path(t tlog.Tile) string { return strings.Replace(t.Path(), "tile/8/", "tile/", 1) }

func (r tiles) Height() int { return 8 }

func (r tiles) ReadTiles(list []tlog.Tile) ([][]byte, error) {
	var data [][]byte
	for _, t := range list {
		data = append(data, get(r.url+"/"+path(t)))
	}
	return data, nil
}

func (r tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func main() {
	if len(os.Args) != 7 {
		fail("usage: check LOG_URL VERIFIER_KEY PROOF_FILE ENTRY_FILE OLD_CHECKPOINT_FILE CONSISTENCY_FILE")
	}
	url := os.Args[1]
	verifier, err := note.NewVerifier(os.Args[2])
	must("note.NewVerifier", err)

	tree := open(get(url+"/checkpoint"), verifier)
	fmt.Printf("checkpoint of %d entries\n", tree.N)

	extra, index, proof, checkpoint := parseProof(file(os.Args[3]))
	entry := file(os.Args[4])
	covering := open(checkpoint, verifier)
	record := leaf(append(append([]byte{}, extra[:33]...), entry...))
	must("tlog.CheckRecord", tlog.CheckRecord(proof, covering.N, covering.Hash, index, tlog.RecordHash(record)))
	if string(extra[33:]) != string(entry) {
		fail("proof: another entry")
	}
	fmt.Printf("inclusion of entry %d\n", index)
	if tlog.CheckRecord(proof, covering.N, covering.Hash, index, tlog.RecordHash(leaf(append(extra, ' ')))) == nil {
		fail("tlog.CheckRecord accepts an altered entry")
	}

	old := open(file(os.Args[5]), verifier)
	consistency := tlog.TreeProof(hashes(strings.Fields(string(file(os.Args[6])))))
	must("tlog.CheckTree", tlog.CheckTree(consistency, tree.N, tree.Hash, old.N, old.Hash))
	fmt.Printf("consistency from %d to %d\n", old.N, tree.N)

	reader := tlog.TileHashReader(tree, tiles{url})
	root, err := tlog.TreeHash(tree.N, reader)
	must("tlog.TreeHash over tiles", err)
	if root != tree.Hash {
		fail("tlog.TreeHash over tiles: another root")
	}
	own, err := tlog.ProveTree(tree.N, old.N, reader)
	must("tlog.ProveTree over tiles", err)
	must("tlog.CheckTree over tiles", tlog.CheckTree(own, tree.N, tree.Hash, old.N, old.Hash))
	fmt.Println("root and consistency from tiles")

	var indexes []int64
	for n := int64(0); n < tree.N; n++ {
		indexes = append(indexes, tlog.StoredHashIndex(0, n))
	}
	leaves, err := reader.ReadHashes(indexes)
	must("tlog.TileHashReader", err)
	place := int64(0)
	for place < tree.N {
		width := tree.N - place
		if width > 256 {
			width = 256
		}
		t := tlog.Tile{H: 8, L: 0, N: place / 256, W: int(width)}
		bundle := get(url + "/" + strings.Replace(path(t), "tile/0/", "tile/entries/", 1))
		for ; width > 0; width-- {
			if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
				fail("leaf %d: cut off", place)
			}
			end := 2 + int(binary.BigEndian.Uint16(bundle))
			if end != 2+33 || bundle[2] != 1 {
				fail("leaf %d: not a commitment of version 1", place)
			}
			if tlog.RecordHash(bundle[2:end]) != leaves[place] {
				fail("leaf %d: another hash", place)
			}
			bundle = bundle[end:]
			place++
		}
		if len(bundle) > 0 {
			fail("bundle before leaf %d: too long", place)
		}
	}
	fmt.Printf("%d leaves by their hashes in tiles\n", place)
}
