# A scorer for --scorer 'command:probability=yes Rscript my_model.R': logistic regression by glm, with the
# mean in the place of a number that is not seen.
words <- commandArgs(trailingOnly = TRUE)
people <- read.csv(file("stdin"), check.names = FALSE)
path <- file.path(words[2], "model.rds")
fill <- function(people, means) {
  filled <- lapply(names(means), function(name) ifelse(is.na(people[[name]]), means[name], people[[name]]))
  data.frame(setNames(filled, names(means)), check.names = FALSE)
}
if (words[1] == "fit") { # the columns outcome and weight stand in front
  means <- colMeans(Filter(is.numeric, people[-(1:2)]), na.rm = TRUE)
  model <- glm(people$outcome ~ ., quasibinomial, fill(people, means), people$weight)
  saveRDS(list(means = means, model = model), path)
} else { # a line per person: a number, or a word that says why there is none
  learned <- readRDS(path)
  chance <- suppressWarnings(predict(learned$model, fill(people, learned$means), type = "response"))
  known <- rowSums(!is.na(people[names(learned$means)])) > 0
  writeLines(ifelse(known, format(chance, digits = 15, trim = TRUE), "no_record"))
}
