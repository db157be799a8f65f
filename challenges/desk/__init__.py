"""The desk: the builder of challenges, the queue of reviews, asks, and what there is to make good on."""

from challenges.desk import asks, builder, recoveries, reviews, steps

blueprints = [builder.blueprint, steps.blueprint, reviews.blueprint, asks.blueprint, recoveries.blueprint]
