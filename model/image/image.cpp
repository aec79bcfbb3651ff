// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/image/imagestore.h"

namespace nephele {

namespace {

constexpr std::pair<ImageStatus, const char *> statusWords[] = {
    { ImageStatus::Queued, "queued" },
    { ImageStatus::Saving, "saving" },
    { ImageStatus::Active, "active" },
    { ImageStatus::Killed, "killed" },
    { ImageStatus::Deleted, "deleted" },
    { ImageStatus::Deactivated, "deactivated" },
};

constexpr std::pair<ImageVisibility, const char *> visibilityWords[] = {
    { ImageVisibility::Public, "public" },
    { ImageVisibility::Community, "community" },
    { ImageVisibility::Shared, "shared" },
    { ImageVisibility::Private, "private" },
};

template <class Words, class Value>
QString wordOf(const Words &words, Value value)
{
    for (const auto &[known, word] : words) {
        if (known == value)
            return QString::fromLatin1(word);
    }
    Q_UNREACHABLE();
}

} // namespace

QString imageStatusText(ImageStatus status)
{
    return wordOf(statusWords, status);
}

std::optional<ImageStatus> imageStatusFromText(const QString &text)
{
    for (const auto &[status, word] : statusWords) {
        if (text == QLatin1StringView(word))
            return status;
    }
    return std::nullopt;
}

QString imageVisibilityText(ImageVisibility visibility)
{
    return wordOf(visibilityWords, visibility);
}

std::optional<ImageVisibility> imageVisibilityFromText(const QString &text)
{
    for (const auto &[visibility, word] : visibilityWords) {
        if (text == QLatin1StringView(word))
            return visibility;
    }
    return std::nullopt;
}

} // namespace nephele
