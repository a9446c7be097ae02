package io.attune.worker.attempt;

/** Lines of the script of a {@link io.attune.trainer.launch.ScriptedTrainer}, without the mode that they are for. */
final class Script {

    static final String STARTED =
            "say {\"message\": \"started\", \"device\": \"cpu\", \"threads\": 1, \"steps\": 3, \"training_rows\": 4,"
                    + " \"validation_rows\": 0, \"trainable_parameters\": 100}";
    static final String FINISHED =
            "say {\"message\": \"finished\", \"steps\": 3, \"trained_tokens\": 99, \"reference_loss\": 2.0,"
                    + " \"folder\": \"final\", \"peak_memory_bytes\": 1}";

    private Script() {}

    static String step(int step, double loss) {
        return "say {\"message\": \"step\", \"step\": " + step + ", \"steps\": 3, \"epoch\": 1, \"loss\": " + loss
                + ", \"token_accuracy\": 0.5, \"grad_norm\": 1.0, \"learning_rate\": 0.001, \"rows\": 2, \"tokens\": 20,"
                + " \"target_tokens\": 10, \"seconds\": 0.25, \"peak_memory_bytes\": 1000}";
    }

    static String failed(String code, String problem) {
        return "say {\"message\": \"failed\", \"code\": \"" + code + "\", \"problem\": \"" + problem + "\"}";
    }

    /** @param findings objects of JSON, separated by commas */
    static String validated(int rows, String findings) {
        return "say {\"message\": \"validated\", \"training\": {\"rows\": " + rows + ", \"sequences\": " + rows
                + ", \"tokens\": 100, \"target_tokens\": 50, \"lengths\": {\"min\": 5, \"mean\": 7.5, \"median\": 7,"
                + " \"p95\": 9, \"max\": 10}, \"truncated_rows\": 0, \"dropped_rows\": 0, \"duplicates\": {\"count\": 0,"
                + " \"lines\": []}, \"control_token_rows\": 0, \"merged_borders\": 0, \"findings\": [" + findings
                + "], \"more_findings\": 0, \"warnings\": [], \"more_warnings\": 0}, \"validation\": null, \"overlap\": null}";
    }
}
