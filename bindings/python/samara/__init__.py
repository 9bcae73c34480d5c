"""Samara: runs, optimises, delivers and observes .tflite models on devices you own."""
