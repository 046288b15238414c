"""Every setting Footnote has, read from FOOTNOTE_… environment variables here and nowhere else."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from index.errors import SettingError


class Settings(BaseSettings):
    """Frozen settings; each field's description is what `footnote settings` prints."""

    model_config = SettingsConfigDict(env_prefix="FOOTNOTE_", frozen=True, extra="forbid")

    data: Annotated[Path, Field(description="the data directory: catalogue, index and model cache")] = Path(
        "data"
    )
    host: Annotated[str, Field(description="address to listen on; loopback only for now")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, description="port to listen on; 0 picks a free one")] = 8000
    embedder: Annotated[
        str,
        Field(
            description="minilm (packaged), none (lexical search only), a directory with model.onnx and "
            "tokenizer.json or vocab.txt, or llama-index:package.module:ClassName"
        ),
    ] = "minilm"
    threads: Annotated[int, Field(ge=1, le=64, description="threads for each model")] = 2
    max_claims: Annotated[int, Field(ge=1, le=12, description="most sentences in an answer by default")] = 4
    max_body_mb: Annotated[
        int, Field(ge=1, le=1024, description="largest request body accepted, in megabytes")
    ] = 64
    min_free_mb: Annotated[
        int,
        Field(ge=0, le=1_000_000, description="megabytes left free on the data directory's disk; 0: none"),
    ] = 64
    max_upload_mb: Annotated[
        int, Field(ge=1, le=1_000_000, description="largest upload of files accepted, in megabytes")
    ] = 4096
    allow_private: Annotated[
        bool, Field(description="fetch web addresses that lead into the own network too")
    ] = False
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], Field(description="least severe log line shown")
    ] = "warning"


def load_settings(**overrides: object) -> Settings:
    """Read the environment, overrides first; raise SettingError that names each bad value."""
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]  # pydantic validates the values
    except ValidationError as error:
        problems = "; ".join(
            f"FOOTNOTE_{str(e['loc'][0]).upper()}={e['input']!r}: {e['msg']}" for e in error.errors()
        )
        raise SettingError(f"a setting cannot be used: {problems}; see `footnote settings`") from error
