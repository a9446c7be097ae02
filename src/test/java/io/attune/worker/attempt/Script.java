package io.attune.worker.attempt;

/** Lines of the script of a {@link io.attune.trainer.launch.ScriptedTrainer}, without the mode that they are for. */
final class Script {

    static final String STARTED =
            "say {\"message\": \"started\", \"device\": \"cpu\", \"threads\": 1, \"steps\": 3, \"trainingRows\": 4,"
                    + " \"validationRows\": 0, \"trainableParameters\": 100}";
    static final String FINISHED =
            "say {\"message\": \"finished\", \"steps\": 3, \"trainedTokens\": 99, \"referenceLoss\": 2.0,"
                    + " \"folder\": \"final\", \"peakMemoryBytes\": 1}";

    private Script() {}

    static String step(int step, double loss) {
        return "say {\"message\": \"step\", \"step\": " + step + ", \"steps\": 3, \"epoch\": 1, \"loss\": " + loss
                + ", \"tokenAccuracy\": 0.5, \"gradNorm\": 1.0, \"learningRate\": 0.001, \"rows\": 2, \"tokens\": 20,"
                + " \"targetTokens\": 10, \"seconds\": 0.25, \"peakMemoryBytes\": 1000}";
    }

    static String failed(String code, String problem) {
        return "say {\"message\": \"failed\", \"code\": \"" + code + "\", \"problem\": \"" + problem + "\"}";
    }

    /** @param findings objects of JSON, separated by commas */
    static String validated(int rows, String findings) {
        return "say {\"message\": \"validated\", \"training\": {\"rows\": " + rows + ", \"sequences\": " + rows
                + ", \"tokens\": 100, \"targetTokens\": 50, \"lengths\": {\"min\": 5, \"mean\": 7.5, \"median\": 7,"
                + " \"p95\": 9, \"max\": 10}, \"truncatedRows\": 0, \"droppedRows\": 0, \"duplicates\": {\"count\": 0,"
                + " \"lines\": []}, \"controlTokenRows\": 0, \"mergedBorders\": 0, \"findings\": [" + findings
                + "], \"moreFindings\": 0, \"warnings\": [], \"moreWarnings\": 0}, \"validation\": null, \"overlap\": null}";
    }
}
