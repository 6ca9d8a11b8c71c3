# What `make bench` times of R: the tasks of ours.c.  Rscript peers.R TASK N [REPETITIONS]
arg <- commandArgs(trailingOnly = TRUE)
n <- as.integer(arg[2])
repetitions <- if (length(arg) > 2) as.integer(arg[3]) else 5L
set.seed(2018)
y <- rbinom(n, 1, 0.5)
if (arg[1] == "auc") {
  suppressPackageStartupMessages(library(pROC))
  s <- rnorm(n) + y
  run <- function() ci.auc(roc(y, s, levels = c(0, 1), direction = "<", quiet = TRUE), method = "delong")
} else {
  slopes <- if (arg[1] == "glm-wide") 100 else 20
  x <- cbind(1, matrix(rnorm(n * slopes), n))
  y <- as.integer(runif(n) < plogis(x %*% c(0, rep(c(-0.2, 0.3) * sqrt(20 / slopes), slopes / 2))))
  run <- function() glm.fit(x, y, family = binomial(), control = glm.control(epsilon = 1e-12))
}
for (r in 0:repetitions) {
  took <- system.time(run(), gcFirst = FALSE)[["elapsed"]]
  if (r > 0) cat(sprintf("%.6f\n", took))
}
