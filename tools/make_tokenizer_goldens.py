#!/usr/bin/env python3
"""Makes tiny tokenizers of every kind that model families use, and encodes texts with them by Python's `tokenizers`.

    make_tokenizer_goldens.py OUT [SEED]

OUT/texts.json   the texts, a list
OUT/NAME.json.gz one tokenizer:
    tokenizer    its tokenizer.json
    config       its tokenizer_config.json
    rows         for each text [ids, starts, ends, decoded, decoded without special tokens]; offsets count UTF-16 units
    decodings    [ids, decoded, decoded without special tokens] of ids that no text gives
    prefix       the ids that transformers' AutoTokenizer puts before a text
    suffix       the ids that it puts after a text
OUT/sentencepiece/NAME.json.gz a model that SentencePiece has trained
    metadata     the metadata as in a GGUF file
    rows         for each text its ids; null if it contains a control token, which SentencePiece does not look for

The script trains the vocabularies on the texts below, which SEED shuffles. Needs the packages of
tools/requirements.txt and `sentencepiece` (for the character maps of Precompiled normalizers).
"""

import gzip
import io
import json
import os
import pathlib
import random
import sys
import tempfile

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["TRANSFORMERS_VERBOSITY"] = "error"

import sentencepiece
from tokenizers import (
    AddedToken,
    Regex,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)
from transformers import AutoTokenizer

TEXTS = [
    "",
    "a",
    " ",
    "  two  spaces  ",
    "Hello there, world!",
    "The ferry leaves at 09:45; the fare is 1234567.89 crowns.",
    "I'm sure they'll say it's OURS, we've won, you'd agree, DON'T you?",
    "don’t use ‘curly’ quotes — or “these”…",
    "Příliš žluťoučký kůň úpěl ďábelské ódy",
    "Ærø, Übermaß, señor, façade, İstanbul, ĲSSEL, ſtraße ẞ",
    "e\u0301 n\u0303 a\u030a\u0301 o\u0328\u0304 \u1e9b\u0323 Å ﬁ ﬂ ½ ² ™ ㎏ ｶﾞ Ⅳ",
    "Мы шли по берегу реки, и ветер стих. Ёлка ёлке рознь.",
    "Η θάλασσα ήταν ήρεμη· ΟΔΟΣ ὀξεῖα",
    "كانت الرحلة طويلة لكنها جميلة، أليس كذلك؟ مُدَرِّسَة",
    "הספינה יצאה בבוקר. שָׁלוֹם",
    "हिमाल माथि सेतो हिउँ छ। क्षेत्र श्री १२३४",
    "बिहान चिया पिउँदै उनी पत्र लेख्छिन्।",
    "ফেরি আসছে",
    "தமிழ் கடல்",
    "แม่น้ำไหลช้าๆ ในยามเช้า",
    "今天的海很平静，船在九点出发。３４５",
    "船は朝に出る。カタカナとひらがな、漢字。",
    "배는 아침에 떠난다. 한글 자모 ㅎㅏㄴ 한",
    "𠜎𠜱 𝒳 𝟘𝟙 𐍈 \U0001f1f3\U0001f1f5",
    "👍🏽 👩‍👩‍👧‍👦 🏳️‍🌈 ❤️ 5️⃣ 😀😀",
    "x🙂y",
    "🙂",
    "\u200d\ufe0f",
    "a\u200bb\u00adc\u2060d\ufeffe",
    "tab\tline\nwindows\r\nmac\rend",
    "\n",
    "\n\n\n",
    " \n  \n\t\n",
    "\t\tdeep\n\t\t\tdeeper",
    "trailing   ",
    "   leading",
    "nbsp\u00a0narrow\u202fideographic\u3000em\u2003line\u2028para\u2029nel\u0085vt\x0bff\x0c.",
    "\u3000",
    "nul\x00 bell\x07 esc\x1b del\x7f c1\x80 private\ue000 non\uffff repl\ufffd",
    "def area(r):\n    return 3.14159 * r ** 2  # not tau\n\nprint(f'{area(2):>8.3f}')\n",
    "for (int i = 0; i < n; i++) {\n\tsum += a[i] & 0xFF;\n}\n",
    "SELECT name, COUNT(*) FROM boats WHERE id <> 'x' GROUP BY 1;",
    '{"tool": "weather", "arguments": {"city": "Pokhara", "days": [1, 2.5e-3, null]}}\n',
    '<p class="x">a &amp; b</p><br/>',
    'fn main() -> Result<(), Box<dyn Error>> { let s = "\\u{1F600}"; Ok(()) }',
    "https://example.org/a_b?q=1&r=%20#frag",
    "C:\\boats\\list.txt | grep -v '^$' >> /dev/null 2>&1",
    "a_b-c.d,e;f:g!h?i'j\"k(l)m[n]o{p}q/r\\s|t+u=v*w%x$y#z@&^~`<>",
    "snake_case camelCase SCREAMING_CASE kebab-case x1y2z3 100km 3rd v2.0",
    "0 00 000 0000 00000 123456789012345678901234567890",
    "......!!!!!!??????------======______",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "ha ha ha ha ha ha",
    "  ##ing ##s under##score",
    "▁lower▁one▁eighth▁block ▁",
    "Ġ Ċ Â Ã dotted G",
    "<0x0A> <0xFF> <0x",
    "</w> ends</w>",
    "``quoted''",
    "a``b''c",
    "<s>",
    "<s>start</s>",
    "text <s> inside </s> text",
    "<s><s></s></s>",
    "  <s>  padded  </s>  ",
    "<|im_start|>user\nHi<|im_end|>\n<|im_start|>",
    "<|im_start|><|im_end|>",
    "<|im_start",
    "x<|im_end|>y",
    "<|im_end|>\n\n<|im_end|> <|im_end|>",
    "<mask> and <mask>.",
    "look <mask>",
    "left <left> side",
    "a<left>b",
    "right <right> side",
    "a<right>b",
    "both  <both>  sides",
    "\n<both>\n",
    "<both><both> <left> <right>",
    "word wording a word, Word WORD",
    "word",
    "words word-word",
    "Upper upper UPPER",
    "Ünder ünder u\u0308nder",
    "special Upper token",
    "<unk> [UNK] <pad> [CLS] sentence [SEP]",
    "[INST] Say hi [/INST] hi</s>",
    "<extra_id_0> fills <extra_id_1>",
    "<|user|>\nWho goes?<|end|>\n<|assistant|>\n",
    "<start_of_turn>user\nhi<end_of_turn>\n",
    "end.<s>",
    "\u0301start",
    "क<s>\u093f",
    "𝒳<s>🙂</s>é",
    "🙂 <left>🙂<right> 🙂",
    "I read\tit's\u00a0OK",
    "Ω Ω K K ﷺ",
    "ﬀ<s>ﬀ",
    "\u1100\u1161\u11a8 각",
    "Zürich, Łódź, Đà Nẵng, Kraków",
    "ＦＵＬＬ　ＷＩＤＴＨ",
    "١٢٣ ४५६ ೧೨೩ ⅷ ①",
    "ǅ ǆ Ǆ ŉ ΐ ß",
    "x\u20dd \u0488",
    "mixed १a2b٣c",
    "The boat, the boat; the BOAT. The boats were boating toward the boathouse "
    "while Anna’s brother mended nets near the old lighthouse.",
]

SPLIT_LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
SPLIT_QWEN2 = SPLIT_LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")
SPLIT_QWEN35 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
CASED_WORDS = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+%s"
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*%s"
)
SPLIT_O200K = (
    CASED_WORDS.replace("%s", "(?i:'s|'t|'re|'ve|'m|'ll|'d)?")
    + r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
SPLIT_TEKKEN = CASED_WORDS.replace("%s", "") + r"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
SPLIT_BLOOM = r" ?[^(\s|[.,!?…。，、।۔،])]+"
SPLIT_DEEPSEEK = [
    r"\p{N}{1,3}",
    "[一-龥぀-ゟ゠-ヿ]+",
    r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"
    r"| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
]

CONTROL = ["<s>", "</s>", "<unk>", "<|im_start|>", "<|im_end|>"]
SPLITS = ["removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"]


class Maker:
    """Builds the tokenizers. Each method in SHAPES returns a tokenizer, or (tokenizer, its tokenizer_config.json)."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.corpus = [text for text in TEXTS if text.strip()] * 3
        self.random.shuffle(self.corpus)
        self.size = 420 + 40 * (seed % 5)

    # ---- vocabularies

    def byte_bpe(self, pre, normalizer=None, special=CONTROL, **model):
        made = Tokenizer(models.BPE())
        made.pre_tokenizer = pre
        if normalizer is not None:
            made.normalizer = normalizer
        alphabet = pre_tokenizers.ByteLevel.alphabet()
        made.train_from_iterator(
            self.corpus,
            trainers.BpeTrainer(
                vocab_size=self.size, special_tokens=list(special), initial_alphabet=alphabet, show_progress=False
            ),
        )
        trained = json.loads(made.to_str())["model"]
        made.model = models.BPE(trained["vocab"], [tuple(m) for m in trained["merges"]], **model)
        made.decoder = decoders.ByteLevel()
        return made

    def piece_bpe(self, special=("<unk>", "<s>", "</s>"), **model):
        """Like a converted SentencePiece BPE model: special tokens, 256 bytes, pieces."""
        trained = self.trained_pieces()
        vocab = {}
        for token in [*special, *(f"<0x{byte:02X}>" for byte in range(256)), *trained["vocab"]]:
            vocab.setdefault(token, len(vocab))
        options = {"unk_token": "<unk>", "fuse_unk": True, "byte_fallback": True} | model
        return Tokenizer(models.BPE(vocab, [tuple(m) for m in trained["merges"]], **options))

    def trained_pieces(self, replace=(" ", "▁")):
        made = Tokenizer(models.BPE())
        made.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(*replace)])
        made.pre_tokenizer = pre_tokenizers.Split("▁", "merged_with_next")
        made.train_from_iterator(
            self.corpus, trainers.BpeTrainer(vocab_size=self.size, limit_alphabet=200, show_progress=False)
        )
        return json.loads(made.to_str())["model"]

    def unigram(self, normalizer, pre, special=("<pad>", "</s>", "<unk>"), **model):
        made = Tokenizer(models.Unigram())
        made.normalizer = normalizer
        made.pre_tokenizer = pre
        made.train_from_iterator(
            self.corpus,
            trainers.UnigramTrainer(
                vocab_size=self.size, special_tokens=list(special), unk_token="<unk>", show_progress=False
            ),
        )
        trained = json.loads(made.to_str())["model"]
        vocab = [tuple(piece) for piece in trained["vocab"]]
        if model.get("byte_fallback"):
            vocab += [(f"<0x{byte:02X}>", -20.0) for byte in range(256)]
        made.model = models.Unigram(vocab, trained["unk_id"], **model)
        return made

    def word_pieces(self, normalizer, pre, **model):
        made = Tokenizer(models.WordPiece(unk_token="[UNK]"))
        made.normalizer = normalizer
        made.pre_tokenizer = pre
        made.train_from_iterator(
            self.corpus,
            trainers.WordPieceTrainer(
                vocab_size=self.size,
                special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"],
                show_progress=False,
            ),
        )
        trained = json.loads(made.to_str())["model"]
        made.model = models.WordPiece(trained["vocab"], **({"unk_token": "[UNK]"} | model))
        return made

    def words(self, pre, normalizer=None):
        made = Tokenizer(models.WordLevel(unk_token="<unk>"))
        made.pre_tokenizer = pre
        if normalizer is not None:
            made.normalizer = normalizer
        made.train_from_iterator(
            self.corpus,
            trainers.WordLevelTrainer(
                vocab_size=self.size, special_tokens=["<unk>", "<s>", "</s>"], show_progress=False
            ),
        )
        return made

    def charsmap(self, rules):
        """A map of characters as SentencePiece compiles it: `rules` are (written, becomes) pairs."""
        with tempfile.TemporaryDirectory() as folder:
            table = pathlib.Path(folder, "rules.tsv")
            table.write_text(
                "".join(
                    " ".join(f"{ord(c):X}" for c in a) + "\t" + " ".join(f"{ord(c):X}" for c in b) + "\n"
                    for a, b in rules
                )
            )
            model = io.BytesIO()
            sentencepiece.SentencePieceTrainer.train(
                sentence_iterator=iter(["a boat", "an oar"]),
                model_writer=model,
                vocab_size=20,
                hard_vocab_limit=False,
                normalization_rule_tsv=str(table),
                minloglevel=2,
            )
        from sentencepiece import sentencepiece_model_pb2 as messages

        proto = messages.ModelProto()
        proto.ParseFromString(model.getvalue())
        return proto.normalizer_spec.precompiled_charsmap

    # ---- byte-level BPE

    def gpt2(self):
        made = self.byte_bpe(pre_tokenizers.ByteLevel(add_prefix_space=False))
        made.post_processor = processors.ByteLevel(trim_offsets=True)
        return made

    def gpt2_prefix_space(self):
        made = self.byte_bpe(pre_tokenizers.ByteLevel(add_prefix_space=True))
        made.post_processor = processors.ByteLevel(trim_offsets=False)
        return made

    def roberta(self):
        made = self.byte_bpe(pre_tokenizers.ByteLevel(add_prefix_space=True))
        made.post_processor = processors.RobertaProcessing(
            ("</s>", 1), ("<s>", 0), trim_offsets=True, add_prefix_space=True
        )
        made.add_special_tokens([AddedToken("<mask>", lstrip=True)])
        return made

    def split_bytes(self, patterns, normalizer=None, behavior="isolated", special=CONTROL, **model):
        splits = [pre_tokenizers.Split(Regex(pattern), behavior) for pattern in patterns]
        pre = pre_tokenizers.Sequence([*splits, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
        made = self.byte_bpe(pre, normalizer, special, **model)
        made.post_processor = processors.ByteLevel(trim_offsets=False)
        return made

    def llama3(self):
        made = self.split_bytes([SPLIT_LLAMA3], ignore_merges=True)
        made.post_processor = processors.Sequence(
            [
                processors.ByteLevel(trim_offsets=True),
                processors.TemplateProcessing(single="<s> $A", pair="<s> $A <s>:1 $B:1", special_tokens=[("<s>", 0)]),
            ]
        )
        # a whole word that no merge produces
        trained = json.loads(made.to_str())
        trained["model"]["vocab"]["Ġlighthouse"] = len(trained["model"]["vocab"])
        return Tokenizer.from_str(json.dumps(trained)), {"bos_token": "<s>", "add_bos_token": False}

    def qwen2(self):
        made = self.split_bytes([SPLIT_QWEN2], normalizers.NFC())
        return made, {"eos_token": "<|im_end|>", "add_bos_token": True, "bos_token": "<s>"}

    def qwen35(self):
        return self.split_bytes([SPLIT_QWEN35], normalizers.NFC())

    def smollm(self):
        return self.byte_bpe(
            pre_tokenizers.Sequence(
                [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
            )
        )

    def digits_together(self):
        return self.byte_bpe(
            pre_tokenizers.Sequence(
                [pre_tokenizers.Digits(individual_digits=False), pre_tokenizers.ByteLevel(add_prefix_space=False)]
            )
        )

    def gpt_neox(self):
        made = self.byte_bpe(pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=True), normalizers.NFC())
        made.add_tokens([AddedToken(" " * spaces, normalized=True) for spaces in range(9, 1, -1)])
        made.post_processor = processors.TemplateProcessing(
            single="$A </s>", pair="$A $B </s>", special_tokens=[("</s>", 1)]
        )
        return made

    def bloom(self):
        return self.split_bytes([SPLIT_BLOOM])

    def gpt_oss(self):
        return self.split_bytes([SPLIT_O200K])

    def tekken(self):
        return self.split_bytes([SPLIT_TEKKEN], ignore_merges=True)

    def deepseek(self):
        return self.split_bytes(SPLIT_DEEPSEEK)

    def glm4(self):
        made = self.split_bytes([SPLIT_LLAMA3])
        made.post_processor = processors.Sequence(
            [
                processors.ByteLevel(trim_offsets=True),
                processors.TemplateProcessing(
                    single="<s> <|im_start|> $A",
                    pair="<s> <|im_start|> $A $B",
                    special_tokens=[("<s>", 0), ("<|im_start|>", 3)],
                ),
            ]
        )
        return made

    def falcon(self):
        return self.byte_bpe(
            pre_tokenizers.Sequence(
                [
                    pre_tokenizers.Punctuation("contiguous"),
                    pre_tokenizers.ByteLevel(add_prefix_space=False),
                    pre_tokenizers.Digits(individual_digits=False),
                    pre_tokenizers.Split(Regex("[0-9][0-9][0-9]"), "isolated"),
                ]
            )
        )

    def byte_level_normalizer(self):
        made = self.byte_bpe(pre_tokenizers.Split(Regex(r"\s+"), "isolated"), normalizers.ByteLevel())
        made.add_tokens([AddedToken("ünder", normalized=False)])
        return made

    def clip(self):
        made = Tokenizer(models.BPE(end_of_word_suffix="</w>"))
        made.normalizer = normalizers.Sequence(
            [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]
        )
        made.pre_tokenizer = pre_tokenizers.Sequence(
            [
                pre_tokenizers.Split(
                    Regex(r"<s>|</s>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"),
                    "removed",
                    invert=True,
                ),
                pre_tokenizers.ByteLevel(add_prefix_space=False),
            ]
        )
        made.train_from_iterator(
            self.corpus,
            trainers.BpeTrainer(
                vocab_size=self.size + 200,
                special_tokens=["<s>", "</s>"],
                initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
                end_of_word_suffix="</w>",
                show_progress=False,
            ),
        )
        made.post_processor = processors.RobertaProcessing(
            ("</s>", 1), ("<s>", 0), trim_offsets=False, add_prefix_space=False
        )
        made.decoder = decoders.ByteLevel()
        return made

    # ---- BPE of pieces

    def pieces(self, pre=None, normalizer=None, prefix=True, added=(), **model):
        made = self.piece_bpe(**model)
        if normalizer is not None:
            made.normalizer = normalizer
        if pre is not None:
            made.pre_tokenizer = pre
        steps = [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
        made.decoder = decoders.Sequence(steps + ([decoders.Strip(" ", 1, 0)] if prefix else []))
        made.add_special_tokens([AddedToken(token, normalized=False) for token in ("<unk>", "<s>", "</s>")])
        if added:
            made.add_tokens(list(added))
        return made

    def prepend_replace(self):
        return normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])

    def llama2(self):
        made = self.pieces(normalizer=self.prepend_replace())
        made.post_processor = processors.TemplateProcessing(
            single="<s> $A", pair="<s> $A <s>:1 $B:1", special_tokens=[("<s>", 1)]
        )
        return made, {
            "bos_token": "<s>",
            "eos_token": "</s>",
            "unk_token": "<unk>",
            "add_bos_token": True,
            "add_eos_token": True,
        }

    def mistral_tools(self):
        added = [AddedToken(token, special=True, normalized=False) for token in ("[INST]", "[/INST]")]
        return self.pieces(pre_tokenizers.Metaspace(prepend_scheme="first", split=False), added=added)

    def phi3(self):
        added = [
            AddedToken("<|user|>", rstrip=True, special=True, normalized=False),
            AddedToken("<|assistant|>", rstrip=True, special=True, normalized=False),
            AddedToken("<|end|>", rstrip=True, special=True, normalized=False),
        ]
        made = self.pieces(normalizer=self.prepend_replace(), added=added)
        return made

    def metaspace_always(self):
        return self.pieces(pre_tokenizers.Metaspace(prepend_scheme="always", split=False))

    def metaspace_never(self):
        return self.pieces(pre_tokenizers.Metaspace(prepend_scheme="never", split=True), prefix=False)

    def metaspace_first_split(self):
        return self.pieces(pre_tokenizers.Metaspace(prepend_scheme="first", split=True))

    def gemma(self):
        added = [
            AddedToken(token, normalized=False) for token in ("\n\n", "\n\n\n", "  ", "   ", "\t\t", "<start_of_turn>")
        ]
        made = self.pieces(
            pre_tokenizers.Split(" ", "merged_with_previous"), normalizers.Replace(" ", "▁"), prefix=False, added=added
        )
        made.post_processor = processors.TemplateProcessing(
            single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", 1)]
        )
        return made

    def pieces_without_bytes(self):
        return self.pieces(pre_tokenizers.Metaspace(), byte_fallback=False)

    def pieces_unknown_apart(self):
        return self.pieces(pre_tokenizers.Metaspace(), byte_fallback=False, fuse_unk=False)

    def pieces_no_unknown(self):
        return self.pieces(pre_tokenizers.Metaspace(), byte_fallback=False, unk_token=None)

    def pieces_ignoring_merges(self):
        return self.pieces(pre_tokenizers.Metaspace(), ignore_merges=True)

    def metaspace_decoder(self):
        made = self.pieces(pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always"))
        made.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
        return made

    def end_of_word(self):
        made = Tokenizer(models.BPE(unk_token="<unk>", end_of_word_suffix="</w>", fuse_unk=True))
        made.normalizer = normalizers.BertNormalizer(lowercase=True)
        made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        made.train_from_iterator(
            self.corpus,
            trainers.BpeTrainer(
                vocab_size=self.size,
                special_tokens=["<unk>", "<s>"],
                end_of_word_suffix="</w>",
                show_progress=False,
                limit_alphabet=120,
            ),
        )
        made.decoder = decoders.BPEDecoder("</w>")
        return made

    def continuing_prefix(self):
        made = Tokenizer(models.BPE(unk_token="<unk>", continuing_subword_prefix="##"))
        made.pre_tokenizer = pre_tokenizers.Whitespace()
        made.train_from_iterator(
            self.corpus,
            trainers.BpeTrainer(
                vocab_size=self.size,
                special_tokens=["<unk>", "<s>"],
                continuing_subword_prefix="##",
                show_progress=False,
                limit_alphabet=120,
            ),
        )
        made.decoder = decoders.WordPiece("##", cleanup=True)
        return made

    # ---- Unigram

    def t5(self):
        rules = [
            ("\t", " "),
            ("\u00a0", " "),
            ("ﬁ", "fi"),
            ("½", "1/2"),
            ("\u200b", ""),
            ("e\u0301", "é"),
            ("…", "..."),
        ]
        made = self.unigram(
            normalizers.Sequence(
                [normalizers.Precompiled(self.charsmap(rules)), normalizers.Replace(Regex(" {2,}"), " ")]
            ),
            pre_tokenizers.Metaspace(prepend_scheme="always"),
        )
        made.decoder = decoders.Metaspace(prepend_scheme="always")
        made.post_processor = processors.TemplateProcessing(
            single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 1)]
        )
        made.add_special_tokens(["<extra_id_0>", "<extra_id_1>"])
        return made

    def xlnet(self):
        made = self.unigram(
            normalizers.Sequence(
                [
                    normalizers.Replace("``", '"'),
                    normalizers.Replace("''", '"'),
                    normalizers.NFKD(),
                    normalizers.StripAccents(),
                    normalizers.Lowercase(),
                    normalizers.Replace(Regex(" {2,}"), " "),
                ]
            ),
            pre_tokenizers.Sequence(
                [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="always")]
            ),
        )
        made.decoder = decoders.Metaspace()
        made.post_processor = processors.BertProcessing(("</s>", 1), ("<pad>", 0))
        return made

    def unigram_bytes(self):
        made = self.unigram(
            normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC()]),
            pre_tokenizers.Metaspace(),
            byte_fallback=True,
        )
        made.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
        return made

    def unigram_plain(self):
        return self.unigram(normalizers.NFKC(), pre_tokenizers.WhitespaceSplit())

    # ---- WordPiece and words

    def bert_uncased(self):
        made = self.word_pieces(normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer())
        made.decoder = decoders.WordPiece("##", cleanup=True)
        made.post_processor = processors.TemplateProcessing(
            single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
        )
        made.add_special_tokens(["[CLS]", "[SEP]", "[UNK]"])
        return made

    def bert_cased(self):
        made = self.word_pieces(
            normalizers.BertNormalizer(
                clean_text=False, handle_chinese_chars=False, strip_accents=None, lowercase=False
            ),
            pre_tokenizers.BertPreTokenizer(),
            max_input_chars_per_word=12,
        )
        made.decoder = decoders.WordPiece("##", cleanup=False)
        made.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
        return made

    def bert_accents(self):
        return self.word_pieces(
            normalizers.BertNormalizer(strip_accents=True, lowercase=False),
            pre_tokenizers.BertPreTokenizer(),
            continuing_subword_prefix="##",
        )

    def word_level(self):
        return self.words(
            pre_tokenizers.Whitespace(), normalizers.Sequence([normalizers.NFD(), normalizers.StripAccents()])
        )

    def speech(self):
        made = self.words(pre_tokenizers.Split("", "isolated"))
        made.decoder = decoders.CTC(pad_token="<unk>", word_delimiter_token="|", cleanup=True)
        return made

    # ---- one part each

    def part(self, pre):
        return self.byte_bpe(
            pre_tokenizers.Sequence([pre, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
        )

    def split(self, behavior, invert):
        return self.part(pre_tokenizers.Split(Regex(r"[\p{L}\p{M}]+|\d"), behavior, invert))

    def unicode_scripts(self):
        return self.part(pre_tokenizers.UnicodeScripts())

    def punctuation(self):
        return self.part(pre_tokenizers.Punctuation("merged_with_previous"))

    def delimiter(self):
        return self.part(pre_tokenizers.CharDelimiterSplit("a"))

    def fixed_length(self):
        return self.part(pre_tokenizers.FixedLength(3))

    def strip(self):
        return self.bytes_after(normalizers.Strip(left=True, right=True))

    def bytes_after(self, normalizer):
        return self.byte_bpe(pre_tokenizers.ByteLevel(add_prefix_space=False), normalizer)

    def strip_left(self):
        return self.bytes_after(normalizers.Strip(left=True, right=False))

    def lowercase(self):
        return self.bytes_after(normalizers.Lowercase())

    def nfd(self):
        return self.bytes_after(normalizers.NFD())

    def nfkd_strip_accents(self):
        return self.bytes_after(normalizers.Sequence([normalizers.NFKD(), normalizers.StripAccents()]))

    def nfkc(self):
        return self.bytes_after(normalizers.NFKC())

    def nmt(self):
        return self.bytes_after(normalizers.Nmt())

    def replace_pattern(self):
        return self.bytes_after(
            normalizers.Sequence(
                [
                    normalizers.Replace(Regex(r"(?<=[a-z])\d+"), "#"),
                    normalizers.Replace("boat", "🚤"),
                    normalizers.Replace("🙂", ""),
                ]
            )
        )

    def prepend(self):
        return self.bytes_after(normalizers.Prepend("→ "))

    def decoder_steps(self):
        made = self.pieces(pre_tokenizers.Metaspace())
        made.decoder = decoders.Sequence(
            [
                decoders.Replace(Regex("▁+"), " "),
                decoders.ByteFallback(),
                decoders.Strip(" ", 1, 0),
                decoders.Fuse(),
                decoders.Strip("a", 2, 0),
            ]
        )
        return made

    def no_decoder(self):
        made = self.gpt2()
        made.decoder = None
        return made

    # ---- added tokens

    def added(self, normalizer=None, normalized=False):
        made = self.byte_bpe(pre_tokenizers.ByteLevel(add_prefix_space=False), normalizer)
        made.add_tokens(
            [
                AddedToken("<left>", lstrip=True, normalized=normalized),
                AddedToken("<right>", rstrip=True, normalized=normalized),
                AddedToken("<both>", lstrip=True, rstrip=True, normalized=normalized),
                AddedToken("word", single_word=True, normalized=normalized),
                AddedToken("boats", normalized=normalized),
                AddedToken("boat", normalized=normalized),
                AddedToken("<|im_start|>user", normalized=normalized),
                AddedToken("🙂", normalized=normalized),
            ]
        )
        made.add_special_tokens(
            [
                AddedToken("<mask>", lstrip=True, normalized=normalized),
                AddedToken("special", single_word=True, normalized=normalized),
            ]
        )
        return made

    def added_as_written(self):
        return self.added(normalizers.Lowercase())

    def added_normalized(self):
        return self.added(None, True)

    def added_in_lower_case(self):
        return self.added(normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()]), True)

    def added_to_pieces(self):
        made = self.pieces(normalizer=self.prepend_replace())
        made.add_tokens(
            [
                AddedToken("Upper", normalized=False),
                AddedToken("boat", normalized=False, single_word=True),
                AddedToken("<left>", lstrip=True, normalized=False),
                AddedToken("<right>", rstrip=True, normalized=False),
            ]
        )
        return made

    def flags_in_config(self):
        """The flags in tokenizer_config.json win over those in tokenizer.json. The file may also add tokens."""
        made = self.gpt2()
        made.add_tokens([AddedToken("<left>", normalized=False), AddedToken("<right>", normalized=False)])
        size = made.get_vocab_size()
        flags = {"single_word": False, "normalized": False, "lstrip": False, "rstrip": False, "special": False}
        return made, {
            "added_tokens_decoder": {
                str(size - 2): flags | {"content": "<left>", "lstrip": True, "special": True},
                str(size - 1): flags | {"content": "<right>", "rstrip": True},
                str(size): flags | {"content": "<both>", "lstrip": True, "rstrip": True},
            },
            "pad_token": "<pad>",
        }


def old_metaspace(made):
    """`add_prefix_space` and `str_rep`, as in files of 2021."""
    for part in (made["pre_tokenizer"], made["decoder"]):
        for key in ("prepend_scheme", "split"):
            part.pop(key, None)
        part.update(add_prefix_space=True, str_rep="▁")
    return made


def merges_as_text(made):
    made["model"]["merges"] = [" ".join(pair) for pair in made["model"]["merges"]]
    return made


def unsteady(made):
    """Settings that Attune must switch off: dropout, truncation, padding."""
    made["model"]["dropout"] = 0.5
    made["truncation"] = {"direction": "Right", "max_length": 4, "strategy": "LongestFirst", "stride": 0}
    made["padding"] = {
        "strategy": {"Fixed": 9},
        "direction": "Left",
        "pad_to_multiple_of": None,
        "pad_id": 0,
        "pad_type_id": 0,
        "pad_token": "<s>",
    }
    return made


def left_out(made):
    """A tokenizer without the keys that older files lack."""
    for key in ("fuse_unk", "byte_fallback", "ignore_merges", "type"):
        made["model"].pop(key, None)
    return made


SHAPES = {
    name: (name, None)
    for name in (
        "gpt2 gpt2_prefix_space roberta llama3 qwen2 qwen35 smollm digits_together gpt_neox bloom gpt_oss "
        "tekken deepseek glm4 falcon byte_level_normalizer clip llama2 mistral_tools phi3 metaspace_always "
        "metaspace_never metaspace_first_split gemma pieces_without_bytes pieces_unknown_apart "
        "pieces_no_unknown pieces_ignoring_merges metaspace_decoder end_of_word continuing_prefix t5 xlnet "
        "unigram_bytes unigram_plain bert_uncased bert_cased bert_accents word_level speech unicode_scripts "
        "punctuation delimiter fixed_length strip strip_left lowercase nfd nfkd_strip_accents nfkc nmt "
        "replace_pattern prepend decoder_steps no_decoder added_as_written added_normalized "
        "added_in_lower_case added_to_pieces flags_in_config "
    ).split()
}
SHAPES |= {
    "metaspace_old_writing": ("metaspace_decoder", old_metaspace),
    "merges_as_text": ("llama2", merges_as_text),
    "dropout_truncation_padding": ("gpt2", unsteady),
    "keys_left_out": ("smollm", left_out),
}


def golden(made, config, change, seed):
    written = json.loads(made.to_str())
    if change is not None:
        written = change(written)
    config = {"tokenizer_class": "PreTrainedTokenizerFast"} | config
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "tokenizer.json").write_text(json.dumps(written, ensure_ascii=False), encoding="utf-8")
        pathlib.Path(folder, "tokenizer_config.json").write_text(
            json.dumps(config, ensure_ascii=False), encoding="utf-8"
        )
        reference = AutoTokenizer.from_pretrained(folder)
    native = reference.backend_tokenizer
    native.no_truncation()
    native.no_padding()
    if hasattr(native.model, "dropout"):
        native.model.dropout = None
    whole = next(tried for tried in map(native.encode, TEXTS) if 0 in tried.special_tokens_mask)
    inner = [i for i, added in enumerate(whole.special_tokens_mask) if not added]
    prefix, suffix = whole.ids[: inner[0]], whole.ids[inner[-1] + 1 :]
    native.post_processor = None  # the post-processor trims spaces off the offsets, and Attune's offsets keep them
    rows = []
    for text in TEXTS:
        encoded = native.encode(text, add_special_tokens=False)
        units = utf16(text)
        rows.append(
            [
                encoded.ids,
                [units[start] for start, _ in encoded.offsets],
                [units[end] for _, end in encoded.offsets],
                native.decode(encoded.ids, skip_special_tokens=False),
                native.decode(encoded.ids, skip_special_tokens=True),
            ]
        )
    drawn = random.Random(seed)
    decodings = []
    for length in (0, 1, 2, 3, 5, 8, 13, 40, 40, 40):
        ids = [drawn.randrange(native.get_vocab_size() + 3) for _ in range(length)]
        decodings.append(
            [ids, native.decode(ids, skip_special_tokens=False), native.decode(ids, skip_special_tokens=True)]
        )
    return {
        "tokenizer": written,
        "config": config,
        "rows": rows,
        "decodings": decodings,
        "prefix": prefix,
        "suffix": suffix,
    }


def utf16(text):
    """[code points + 1]: the UTF-16 unit at which each code point begins."""
    units = [0]
    for character in text:
        units.append(units[-1] + (2 if ord(character) > 0xFFFF else 1))
    return units


SENTENCE_PIECES = {
    "llama": {"add_dummy_prefix": True},
    "gemma": {
        "add_dummy_prefix": False,
        "user_defined_symbols": ["\n", "\n\n", "\n\n\n", *("▁" * spaces for spaces in range(2, 9)), "\t\t", "<left>"],
    },
    "single_spaces": {"add_dummy_prefix": True, "remove_extra_whitespaces": True},
    "single_spaces_without_prefix": {"add_dummy_prefix": False, "remove_extra_whitespaces": True},
    "unknown": {"add_dummy_prefix": True, "byte_fallback": False},
}
NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE = range(1, 7)


def sentence_pieces(corpus, options):
    options = {"remove_extra_whitespaces": False, "byte_fallback": True} | options
    trained = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(corpus),
        model_writer=trained,
        model_type="bpe",
        vocab_size=900,
        hard_vocab_limit=False,
        normalization_rule_name="identity",
        character_coverage=0.98,
        minloglevel=2,
        **options,
    )
    model = sentencepiece.SentencePieceProcessor(model_proto=trained.getvalue())
    tokens, scores, types = [], [], []
    for token in range(model.get_piece_size()):
        piece = model.id_to_piece(token)
        kind = (
            UNKNOWN
            if model.is_unknown(token)
            else (
                CONTROL
                if model.is_control(token)
                else (
                    UNUSED
                    if model.is_unused(token)
                    else (
                        BYTE
                        if model.is_byte(token)
                        else USER_DEFINED if piece in options.get("user_defined_symbols", ()) else NORMAL
                    )
                )
            )
        )
        tokens.append(piece.replace("▁", " ") if kind == USER_DEFINED else piece)
        scores.append(-1000.0 if kind == USER_DEFINED else model.get_score(token))
        types.append(kind)
    metadata = {
        "general.architecture": "llama",
        "llama.context_length": 64,
        "tokenizer.ggml.model": "llama",
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.scores": scores,
        "tokenizer.ggml.token_type": types,
        "tokenizer.ggml.unknown_token_id": 0,
        "tokenizer.ggml.bos_token_id": 1,
        "tokenizer.ggml.eos_token_id": 2,
        "tokenizer.ggml.add_space_prefix": options["add_dummy_prefix"],
        "tokenizer.ggml.remove_extra_whitespaces": options["remove_extra_whitespaces"],
    }
    rows = [
        None if any(control in text for control in ("<s>", "</s>", "<unk>")) else model.encode(text) for text in TEXTS
    ]
    return {"metadata": metadata, "rows": rows}


def write(path, value):
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    with gzip.GzipFile(path, "wb", mtime=0) as file:
        file.write(text.encode("utf-8"))


def main(out, seed):
    (out / "sentencepiece").mkdir(parents=True, exist_ok=True)
    (out / "texts.json").write_text(json.dumps(TEXTS, ensure_ascii=True, indent=1) + "\n", encoding="utf-8")
    shapes = dict(SHAPES)
    for behavior in SPLITS:
        for invert in (False, True):
            shapes[f"split_{behavior}" + ("_inverted" if invert else "")] = (("split", behavior, invert), None)
    for name, (method, change) in shapes.items():
        method, *arguments = (method,) if isinstance(method, str) else method
        made = getattr(Maker(seed), method)(*arguments)
        made, config = made if isinstance(made, tuple) else (made, {})
        write(out / f"{name}.json.gz", golden(made, config, change, seed))
    for name, options in SENTENCE_PIECES.items():
        write(out / "sentencepiece" / f"{name}.json.gz", sentence_pieces(Maker(seed).corpus, options))


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
