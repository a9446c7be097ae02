/**
 * The trainer process. {@link io.attune.trainer.TrainerMain}, the entry, reads one specification and runs the mode
 * that it names. A person can run it from a shell. Knows neither the database nor the service.
 *
 * <pre>
 * train     TrainingRun -> TokenisedFile  rows as tokens
 *                       -> StepPlan, GradientStep, Evaluation
 *                       -> StateSaver, ResumeFolder  the state from which a stopped training resumes
 *                       -> Artifact
 * validate  Validation -> TokenisedFile
 * preview   Previewing -> TokenisedFile, Pieces
 * verify    Verification -> Evaluation
 * sample    Sampling -> Sampler
 * try       Trial
 * </pre>
 */
package io.attune.trainer;
