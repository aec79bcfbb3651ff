// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <optional>

class QDBusMessage;
class QVariant;

namespace nephele {

// What the desktop wants: light or dark, more contrast, less motion. Qt 6.4 cannot tell
// (QStyleHints::colorScheme is 6.5), so the desktop's settings portal is asked over D-Bus, asynchronously: a
// portal that hangs must not hold the window. Where there is none, the palette the program started with
// decides. Window thread.
class ColorScheme : public QObject
{
    Q_OBJECT

public:
    // Make it before the application's palette is set: it reads the first one.
    explicit ColorScheme(QObject *parent);

    bool prefersDark() const { return m_dark.value_or(m_startedDark); }
    bool prefersContrast() const { return m_contrast; }
    bool reducesMotion() const { return m_reducesMotion; }

signals:
    void changed();

private slots:
    // Takes the whole message: with QDBusVariant as its third argument the signal is never delivered.
    void settingChanged(const QDBusMessage &message);

private:
    void read(const QString &group, const QString &key);
    void take(const QString &group, const QString &key, const QVariant &value);

    const bool m_startedDark;
    std::optional<bool> m_dark; // nullopt: the portal has no opinion, or there is none
    bool m_contrast = false;
    bool m_reducesMotion = false;
    QStringList m_told; // keys a signal has told already; an answer to Read may be older than that
};

} // namespace nephele
