"""The desk: the builder of challenges and the queue of reviews."""

from challenges.desk import builder, reviews, steps

blueprints = [builder.blueprint, steps.blueprint, reviews.blueprint]
