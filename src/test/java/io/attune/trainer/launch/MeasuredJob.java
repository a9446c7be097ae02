package io.attune.trainer.launch;

import io.attune.architecture.Architecture;
import io.attune.format.Dtype;
import io.attune.format.ModelConfig;
import io.attune.model.Parameters;
import io.attune.model.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Trainings whose memory is measured: a model of random weights, what is trained of it, and rows of about so many words. */
enum MeasuredJob {
    LLAMA_FULL("llama", true, 25, 1024, """
            'vocab_size': 16384, 'hidden_size': 512, 'intermediate_size': 1376, 'num_hidden_layers': 8, 'num_attention_heads': 8,
            'num_key_value_heads': 4"""),
    LLAMA_LORA_LONG_ROWS("llama", false, 420, 2048, """
            'vocab_size': 16384, 'hidden_size': 512, 'intermediate_size': 1376, 'num_hidden_layers': 8, 'num_attention_heads': 8,
            'num_key_value_heads': 4"""),
    GEMMA3_LORA_LONG_ROWS("gemma3_text", false, 300, 2048, """
            'vocab_size': 262144, 'hidden_size': 320, 'intermediate_size': 1024, 'num_hidden_layers': 6, 'num_attention_heads': 4,
            'num_key_value_heads': 1, 'head_dim': 128, 'sliding_window': 256, 'query_pre_attn_scalar': 128"""),
    GEMMA3_FULL("gemma3_text", true, 40, 1024, """
            'vocab_size': 262144, 'hidden_size': 256, 'intermediate_size': 1024, 'num_hidden_layers': 6, 'num_attention_heads': 4,
            'num_key_value_heads': 1, 'head_dim': 128, 'sliding_window': 256, 'query_pre_attn_scalar': 128"""),
    GEMMA2_LORA_LONG_ROWS("gemma2", false, 300, 2048, """
            'vocab_size': 32768, 'hidden_size': 512, 'intermediate_size': 1536, 'num_hidden_layers': 6, 'num_attention_heads': 8,
            'num_key_value_heads': 4, 'head_dim': 64, 'sliding_window': 256, 'query_pre_attn_scalar': 64"""),
    QWEN3_FULL("qwen3", true, 40, 2048, """
            'vocab_size': 32768, 'hidden_size': 512, 'intermediate_size': 1536, 'num_hidden_layers': 8, 'num_attention_heads': 8,
            'num_key_value_heads': 4, 'head_dim': 128"""),
    PHI3_LORA("phi3", false, 150, 2048, """
            'vocab_size': 32064, 'hidden_size': 512, 'intermediate_size': 1408, 'num_hidden_layers': 8, 'num_attention_heads': 8,
            'num_key_value_heads': 8"""),
    GPT2_FULL("gpt2", true, 60, 2048, """
            'vocab_size': 32768, 'n_embd': 512, 'n_layer': 8, 'n_head': 8, 'n_positions': 2048"""),
    BLOOM_LORA_LONG_ROWS("bloom", false, 200, 2048, """
            'vocab_size': 32768, 'hidden_size': 512, 'n_layer': 6, 'n_head': 8"""),
    QWEN3_MOE_FULL("qwen3_moe", true, 40, 2048, """
            'vocab_size': 16384, 'hidden_size': 384, 'intermediate_size': 1024, 'num_hidden_layers': 6, 'num_attention_heads': 6,
            'num_key_value_heads': 2, 'head_dim': 64, 'num_experts': 8, 'num_experts_per_tok': 2, 'moe_intermediate_size': 512,
            'norm_topk_prob': true"""),
    MIXTRAL_LORA("mixtral", false, 100, 2048, """
            'vocab_size': 16384, 'hidden_size': 384, 'intermediate_size': 1024, 'num_hidden_layers': 6, 'num_attention_heads': 6,
            'num_key_value_heads': 2, 'head_dim': 64, 'num_local_experts': 4, 'num_experts_per_tok': 2"""),
    QWEN3_5_LORA("qwen3_5_text", false, 100, 2048, """
            'vocab_size': 32768, 'hidden_size': 512, 'intermediate_size': 1536, 'num_hidden_layers': 8, 'num_attention_heads': 8,
            'num_key_value_heads': 2, 'head_dim': 64, 'linear_key_head_dim': 64, 'linear_num_key_heads': 4,
            'linear_num_value_heads': 8, 'linear_value_head_dim': 64, 'linear_conv_kernel_dim': 4"""),
    QWEN3_5_FULL("qwen3_5_text", true, 30, 1024, """
            'vocab_size': 32768, 'hidden_size': 512, 'intermediate_size': 1536, 'num_hidden_layers': 8, 'num_attention_heads': 8,
            'num_key_value_heads': 2, 'head_dim': 64, 'linear_key_head_dim': 64, 'linear_num_key_heads': 4,
            'linear_num_value_heads': 8, 'linear_value_head_dim': 64, 'linear_conv_kernel_dim': 4""");

    private static final Path BUNDLED = Path.of("src/main/resources/models/attune-tales");
    private static final int ROWS = 32;
    private static final String[] WORDS = "the cat sat on a mat and saw red birds fly over green hills".split(" ");

    private final String type;
    private final boolean full;
    private final int words;
    private final int microBatch;
    private final String sizes;

    MeasuredJob(String type, boolean full, int words, int microBatch, String sizes) {
        this.type = type;
        this.full = full;
        this.words = words;
        this.microBatch = microBatch;
        this.sizes = sizes;
    }

    boolean full() {
        return full;
    }

    /** Tokens at once. */
    int microBatch() {
        return microBatch;
    }

    /** Writes a model with the bundled one's tokenizer. */
    Path model(Path folder) throws IOException {
        for (String file : new String[] {"tokenizer.json", "tokenizer_config.json", "chat_template.jinja"}) {
            Files.copy(BUNDLED.resolve(file), folder.resolve(file));
        }
        String config =
                "{'model_type': '" + type + "', 'max_position_embeddings': 2048, 'bos_token_id': 1, 'eos_token_id': 2, "
                        + "'pad_token_id': 0, " + sizes + "}";
        Files.writeString(folder.resolve("config.json"), config.replace('\'', '"'));
        Architecture architecture = ModelConfig.read(folder).architecture();
        try (Torch torch = Torch.start("cpu", 1)) {
            Parameters.random(torch, architecture, 1).write(torch, folder, Dtype.BF16);
        }
        return folder;
    }

    /** JSON lines. */
    String rows() {
        return rows(ROWS, words * 3 / 4, words / 2);
    }

    /** Chats of a question and an answer, each of so many words and up to {@code more} others. */
    static String rows(int count, int fewest, int more) {
        Random random = new Random(1);
        return IntStream.range(0, count)
                .mapToObj(row -> "{\"messages\": [{\"role\": \"user\", \"content\": \""
                        + words(random, fewest, more) + "\"}, {\"role\": \"assistant\", \"content\": \""
                        + words(random, fewest, more) + "\"}]}\n")
                .collect(Collectors.joining());
    }

    private static String words(Random random, int fewest, int more) {
        return IntStream.range(0, fewest + random.nextInt(more))
                .mapToObj(i -> WORDS[random.nextInt(WORDS.length)])
                .collect(Collectors.joining(" "));
    }
}
